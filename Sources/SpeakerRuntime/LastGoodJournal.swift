import Addressing
import BGPEngine
import FoundationEssentials
import KubeModel
import Planning

/// What changed since the last good state was written whole: one line for every group of peers and write.
///
/// So a change costs a line, however many routes there are. The first line names the file that the journal continues, and a
/// line that was cut off by a crash ends it.
enum LastGoodJournal {
    private struct Head: Codable {
        var length: Int
        var digest: UInt64
    }

    private struct Line: Codable {
        var peers: [SavedPeer]
        var announced: [SavedRoute]
        var withdrawn: [IPPrefix]
    }

    /// The first line of a journal that continues a file of these contents.
    static func head(continuing file: Data) throws -> Data {
        try line(Head(length: file.count, digest: digest(file)))
    }

    /// The lines of some changes.
    static func lines(_ changes: [RouteChanges]) throws -> Data {
        try changes.reduce(into: Data()) { data, change in
            data += try line(
                Line(
                    peers: change.peers.map(SavedPeer.init),
                    announced: change.announced.map(SavedRoute.init),
                    withdrawn: change.withdrawn
                )
            )
        }
    }

    /// The state that a file and the journal beside it lead to.
    static func apply(_ journal: Data, continuing file: Data, to state: LastGood) -> LastGood {
        var lines = journal.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()[...]
        guard let first = lines.popFirst(), let head = try? JSON.decode(Head.self, from: Data(first)),
            head.length == file.count, head.digest == digest(file)
        else { return state }
        var desired = state.desired
        for text in lines {
            guard let line = try? JSON.decode(Line.self, from: Data(text)) else { break }
            let steps =
                line.announced.map { saved in
                    let route = saved.route
                    return RouteChange(prefix: route.prefix, attributes: route.attributes)
                } + line.withdrawn.map { RouteChange(prefix: $0, attributes: nil) }
            guard let known = line.peers.first.flatMap({ desired[$0.id] }) else { continue }
            let changed = known.applying(steps)
            for peer in line.peers { desired[peer.id] = changed }
        }
        return LastGood(configuration: state.configuration, passwords: state.passwords, desired: desired)
    }

    private static func line(_ value: some Encodable) throws -> Data {
        try JSON.encode(value) + [UInt8(ascii: "\n")]
    }

    /// FNV-1a, which only has to tell one state of the file from the next.
    private static func digest(_ data: Data) -> UInt64 {
        data.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
