import FoundationEssentials
import Glibc
import KubeModel
package import Logging
package import Planning
import ServiceLifecycle
import Synchronization

/// Keeps the last good state in a file of the node, so that a restart during an outage of the API loses nothing.
///
/// The first state is written at once, so that even a speaker that crashes soon after its first start is known to have run
/// and comes back as one that restarted. Then writing happens at most once in a few seconds and once at the end, since a
/// burst of changes must not become a burst of large files. Changed routes are added to a journal beside the file, until
/// that is as large.
package final class LastGoodKeeper: ServiceLifecycle.Service {
    private struct Pending {
        var state: LastGood
        /// What leads to the state from the one before; nil when it has to be written whole.
        var changes: [RouteChanges]?
    }

    private struct Written {
        /// Octets of the file; nil before one is written in this run.
        var file: Int?
        /// Octets of the journal.
        var length = 0
        /// What further lines continue.
        var journal = LastGoodJournal(continuing: Data())
    }

    private let directory: String
    private let path: String
    private let journalPath: String
    private let interval: Duration
    private let logger: Logger
    private let pending = Mutex<Pending?>(nil)
    private let written = Mutex(Written())
    private let ticks: AsyncStream<Void>
    private let tick: AsyncStream<Void>.Continuation

    /// A journal below this many octets is never too large.
    static let smallJournal = 256 << 10

    /// Keeps the state of a node in a directory; nothing is read or written yet.
    ///
    /// `interval` is how long changes are gathered after each time of writing.
    package init(directory: String, node: String, interval: Duration = .seconds(2), logger: Logger) {
        self.directory = directory
        self.interval = interval
        path = "\(directory)/last-good-\(node).json"
        journalPath = "\(directory)/last-good-\(node).journal"
        self.logger = logger
        (ticks, tick) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Notes a state to be written soon.
    ///
    /// `changes` are what leads to it from the state that was noted before; without them it is written whole.
    package func keep(_ state: LastGood, after changes: [RouteChanges]? = nil) {
        pending.withLock { pending in
            if let changes, let before = pending {
                pending = Pending(state: state, changes: before.changes.map { $0 + changes })
            } else {
                pending = Pending(state: state, changes: changes)
            }
        }
        tick.yield()
    }

    /// What an earlier run left, if it can be read.
    package func load() -> LastGood? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        do {
            let state = try JSON.decode(LastGood.self, from: data)
            guard let journal = try? Data(contentsOf: URL(filePath: journalPath)) else { return state }
            return LastGoodJournal.apply(journal, continuing: data, to: state)
        } catch {
            logger.error("the last good state cannot be read", metadata: ["file": "\(path)", "error": "\(error)"])
            return nil
        }
    }

    /// Whether an earlier run left a state.
    package var hasState: Bool { access(path, R_OK) == 0 }

    /// Writes what was noted, at once and then every now and then, and at the end.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.ticks {
                self.write()
                try? await Task.sleep(for: self.interval)
            }
        }
        write()
    }

    private func write() {
        let noted = pending.withLock { pending -> Pending? in
            defer { pending = nil }
            return pending
        }
        guard let noted else { return }
        do {
            try written.withLock { written in
                if let changes = noted.changes, try append(changes, &written) { return }
                written = Written()
                written = try writeWhole(noted.state)
            }
        } catch {
            logger.error("the last good state cannot be written", metadata: ["file": "\(path)", "error": "\(error)"])
            // The next change, or the end, finds it still to be written.
            pending.withLock { $0 = Pending(state: $0?.state ?? noted.state) }
        }
    }

    /// Adds changes to the journal; false when the state has to be written whole instead.
    private func append(_ changes: [RouteChanges], _ written: inout Written) throws -> Bool {
        guard let file = written.file, written.length < max(file, Self.smallJournal) else { return false }
        var journal = written.journal
        let lines = try journal.lines(changes)
        do {
            try writeAll(lines, to: journalPath, O_APPEND)
        } catch {
            // What lies there now may end in the middle of a line, after which nothing more can be added.
            logger.warning("the journal is given up", metadata: ["file": "\(journalPath)", "error": "\(error)"])
            return false
        }
        written.journal = journal
        written.length += lines.count
        return true
    }

    /// A new file takes the old one's place whole, so that a crash leaves one or the other.
    ///
    /// The journal names the file that it continues, so an old one beside a new file says nothing.
    private func writeWhole(_ state: LastGood) throws -> Written {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let data = try JSON.encode(state)
        let temporary = "\(path).new"
        try writeAll(data, to: temporary, O_TRUNC)
        guard rename(temporary, path) == 0 else { throw FileError(step: "rename", code: errno) }
        let head = try LastGoodJournal.head(continuing: data)
        try writeAll(head, to: journalPath, O_TRUNC)
        return Written(file: data.count, length: head.count, journal: LastGoodJournal(continuing: data))
    }

    private func writeAll(_ data: Data, to path: String, _ mode: Int32) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o600)
        guard descriptor >= 0 else { throw FileError(step: "open", code: errno) }
        defer { close(descriptor) }
        // A file that lay there already keeps its own mode otherwise.
        guard fchmod(descriptor, 0o600) == 0 else { throw FileError(step: "fchmod", code: errno) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError(step: "write", code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileError(step: "fsync", code: errno) }
    }
}

/// A system call on the state file that failed.
private struct FileError: Error, CustomStringConvertible {
    let step: String
    let code: Int32

    var description: String { "\(step): \(String(cString: strerror(code)))" }
}
