package import FoundationEssentials
import KubeJSON
import KubeModel

/// What the files of the saved state hold, and what brings them up to date.
///
/// Where only routes changed since, what is different is added to a journal beside the file, until that is as large; where
/// nothing did, nothing is written. Whatever is written last, the files have one whole state: a new file takes the old one's place
/// at once, and the journal names the file that it continues, so an old one beside a new file says nothing.
package struct StateFiles: Sendable {
    /// What is to be written.
    package enum Write: Hashable, Sendable {
        /// The files have the state.
        case nothing
        /// Add this to the journal.
        case add(Data)
        /// Put these in the place of file and journal, one after the other.
        case replace(file: Data, journal: Data)
    }

    private struct Written {
        /// With routes that share their memory with those in force.
        var state: SavedState
        /// Octets of the file.
        let file: Int
        /// Octets of the journal.
        var length: Int
        /// What further lines continue.
        var journal: StateJournal
    }

    /// Nil before anything is written in this run, and after a failure.
    private var written: Written?

    /// A journal below this many octets is never too large.
    package static let smallJournal = 256 << 10

    package init() {}

    /// What is to be written so that the files have a state; call `fail` if it cannot be.
    package mutating func write(_ state: SavedState) throws -> Write {
        if var written, written.length < max(written.file, Self.smallJournal),
            state.differsInRoutesAlone(from: written.state)
        {
            self.written = nil
            let lines = try written.journal.lines(from: written.state.desired, to: state.desired)
            written.state = state
            written.length += lines.count
            self.written = written
            return lines.isEmpty ? .nothing : .add(lines)
        }
        written = nil
        let file = try JSON.encode(state)
        let head = try StateJournal.head(continuing: file)
        written = Written(
            state: state,
            file: file.count,
            length: head.count,
            journal: StateJournal(continuing: file)
        )
        return .replace(file: file, journal: head)
    }

    /// Takes that something could not be written: what lies there now may end in the middle of a line, after which nothing more can
    /// be added.
    package mutating func fail() { written = nil }
}
