package import BGPEngine
import BGPTypes
package import FoundationEssentials
import KubeJSON
import KubeModel

/// What changed since the last good state was written whole: one line for every group of peers and write.
///
/// So a change costs a line, however many routes there are. The first line names the file that the journal continues. Each
/// further line begins with a digest of itself and all before it, down to the file: one that was cut off by a crash, damaged,
/// repeated or put elsewhere ends the journal, and the state is one that was there.
package struct StateJournal: Sendable {
    /// What the next line's digest continues.
    private var digest: Digest

    private struct Head: Codable {
        /// Counted up when lines mean something else; a journal of another format says nothing.
        var format: Int
        var length: Int
        /// In digits: a number of JSON is not sure to hold 64 bits.
        var digest: String
    }

    private struct Line: Codable {
        var peers: [SavedPeer]
        var announced: [SavedRoute]
        var withdrawn: [IPPrefix]
    }

    private static let format = 1
    private static let lineEnd = UInt8(ascii: "\n")

    /// A journal without changes that continues a file of these contents.
    package init(continuing file: Data) {
        digest = Digest()
        digest.add(file)
    }

    /// The first line of a journal that continues a file of these contents.
    package static func head(continuing file: Data) throws -> Data {
        let journal = StateJournal(continuing: file)
        let head = Head(format: format, length: file.count, digest: journal.digest.description)
        return try JSON.encode(head) + [lineEnd]
    }

    /// The lines that lead from some routes to others, which follow all lines before; none where they are the same.
    ///
    /// Both have the same peers. Peers that share a table in both are compared once.
    package mutating func lines(from old: [PeerID: RouteTable], to new: [PeerID: RouteTable]) throws -> Data {
        var steps: [(old: RouteTable, new: RouteTable, peers: [PeerID])] = []
        for (peer, table) in new.sorted(by: { $0.key < $1.key }) {
            guard let before = old[peer], !before.isIdentical(to: table) else { continue }
            let known = steps.firstIndex { $0.old.isIdentical(to: before) && $0.new.isIdentical(to: table) }
            if let known { steps[known].peers.append(peer) } else { steps.append((before, table, [peer])) }
        }
        return try steps.reduce(into: Data()) { data, step in
            let difference = RouteDifference(from: step.old, to: step.new)
            guard !difference.isEmpty else { return }
            let line = Line(
                peers: step.peers.map(SavedPeer.init),
                announced: difference.announced.routes.map(SavedRoute.init),
                withdrawn: IPFamily.allCases.flatMap { difference.withdrawn[$0].map(Array.init) ?? [] }
            )
            let text = try JSON.encode(line)
            digest.add(text)
            data += digest.text + text + [Self.lineEnd]
        }
    }

    /// The state that a file and the journal beside it lead to.
    package static func apply(_ journal: Data, continuing file: Data, to state: SavedState) -> SavedState {
        var lines = journal.split(separator: lineEnd, omittingEmptySubsequences: false).dropLast()[...]
        var digest = StateJournal(continuing: file).digest
        guard let first = lines.popFirst(), let head = try? JSON.decode(Head.self, from: Data(first)),
            head.format == format, head.length == file.count, head.digest == digest.description
        else { return state }
        var desired = state.desired
        for text in lines {
            let content = Data(text.dropFirst(Digest.length))
            digest.add(content)
            guard text.starts(with: digest.text), let line = try? JSON.decode(Line.self, from: content) else { break }
            guard let known = line.peers.first.flatMap({ desired[$0.id] }) else { continue }
            let withdrawn = Dictionary(grouping: line.withdrawn, by: \.family)
            let changed = known.merging(
                RouteTable(line.announced.map(\.route)),
                withdrawing: withdrawn.mapValues { PrefixSet($0, family: $0[0].family) }
            )
            for peer in line.peers { desired[peer.id] = changed }
        }
        return SavedState(configuration: state.configuration, passwords: state.passwords, desired: desired)
    }
}

/// FNV-1a of 64 bits, which only has to tell one state of the file from the next and damage from none.
private struct Digest: CustomStringConvertible, Sendable {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ data: Data) {
        value = data.reduce(value) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    var description: String { String(decoding: text, as: UTF8.self) }

    /// How many octets `text` has.
    static let length = 16

    /// Sixteen hexadecimal digits.
    var text: [UInt8] {
        (0..<Self.length).reversed().map { digit in
            let number = UInt8((value >> (4 * UInt64(digit))) & 0xF)
            return number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
        }
    }
}
