import BGPEngine
import BGPTypes
import BGPWire
import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

/// What a journal that was cut, damaged, repeated or written by another version leads to.
struct StateJournalTests {
    private static let groups: [[PeerID]] = [
        [PeerID(instance: "main", peer: "tor-a"), PeerID(instance: "main", peer: "tor-b")],
        [PeerID(instance: "main", peer: "edge")],
    ]

    /// A file and its journal, with a line for each change.
    private struct Files {
        var directory: TemporaryDirectory
        var keeper: StateStore
        /// The routes before the first change and after each.
        var states: [[PeerID: RouteTable]]
        var journal: [UInt8]

        /// The routes that are read with another journal in the place of the one that was written.
        func read(_ journal: [UInt8]) throws -> [PeerID: RouteTable]? {
            try Data(journal).write(to: URL(filePath: directory.path("last-good-n1.journal")))
            return keeper.load()?.desired
        }
    }

    private static func good(_ desired: [PeerID: RouteTable]) -> SavedState {
        SavedState(configuration: NodeConfiguration(nodeName: "n1"), passwords: [:], desired: desired)
    }

    /// Writes as many random changes as asked for.
    private func written(seed: UInt64, changes count: Int) throws -> Files {
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory("last-good", isOpen: false)
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        func prefix() throws -> IPPrefix {
            try #require(IPPrefix("192.0.2.\(Int.random(in: 0..<16, using: &random))/32"))
        }
        var states: [[PeerID: RouteTable]] = [[:]]
        for peers in Self.groups {
            let table = RouteTable([Route(prefix: try prefix())])
            for peer in peers { states[0][peer] = table }
        }
        let file = try JSON.encode(Self.good(states[0]))
        try directory.write(String(decoding: file, as: UTF8.self), to: "last-good-n1.json")
        var journal = StateJournal(continuing: file)
        var lines = try StateJournal.head(continuing: file)
        for med in 0..<UInt32(count) {
            let peers = Self.groups[Int.random(in: 0..<Self.groups.count, using: &random)]
            let attributes = RouteAttributes(
                localPreference: 100,
                med: med,
                communities: [Community(rawValue: UInt32.random(in: 1..<9999, using: &random))]
            )
            let newer = RouteTable([Route(prefix: try prefix(), attributes: attributes)])
            let withdrawn = PrefixSet([try prefix()], family: .ipv4)
            let before = states[states.count - 1]
            let table = try #require(before[peers[0]]).merging(newer, withdrawing: [.ipv4: withdrawn])
            let after = before.merging(peers.map { ($0, table) }) { $1 }
            lines += try journal.lines(from: before, to: after)
            states.append(after)
        }
        try directory.write(String(decoding: lines, as: UTF8.self), to: "last-good-n1.journal")
        #expect(lines.count { $0 == UInt8(ascii: "\n") } == count + 1, "a line for peers that share their routes")
        return Files(directory: directory, keeper: keeper, states: states, journal: Array(lines))
    }

    @Test(arguments: UInt64(1)...4) func `the whole journal leads to the last state`(seed: UInt64) throws {
        let files = try written(seed: seed, changes: 40)
        #expect(files.keeper.load()?.desired == files.states.last)
    }

    @Test func `a journal cut at any octet leads to the state of its last whole line`() throws {
        let files = try written(seed: 5, changes: 8)
        for length in files.journal.indices {
            let cut = Array(files.journal[..<length])
            let lines = cut.count { $0 == UInt8(ascii: "\n") }
            #expect(try files.read(cut) == files.states[max(0, lines - 1)], "cut at \(length)")
        }
    }

    @Test func `a journal with any octet damaged leads to the state before the damage`() throws {
        let files = try written(seed: 6, changes: 8)
        var random = SeededGenerator(seed: 6)
        for place in files.journal.indices {
            var damaged = files.journal
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let before = files.journal[..<place].count { $0 == UInt8(ascii: "\n") }
            #expect(try files.read(damaged) == files.states[max(0, before - 1)], "damaged at \(place)")
        }
    }

    @Test func `repeated or reordered lines end a journal`() throws {
        let files = try written(seed: 7, changes: 6)
        let lines = files.journal.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
        let (first, second) = (files.states[1], files.states[2])
        #expect(try files.read(Array((lines + lines.dropFirst()).joined())) == files.states.last)
        #expect(try files.read(Array((lines + lines).joined())) == files.states.last)
        #expect(try files.read(lines[0] + lines[1] + lines[1] + lines[2]) == first)
        #expect(try files.read(lines[0] + lines[1] + lines[2] + lines[1]) == second)
        #expect(try files.read(lines[0] + lines[2] + lines[1]) == files.states[0])
        #expect(try files.read(lines[1] + lines[2]) == files.states[0])
    }

    @Test func `a journal of another format is ignored, and additions to a line are skipped`() throws {
        let files = try written(seed: 8, changes: 3)
        let text = String(decoding: files.journal, as: UTF8.self)
        #expect(text.contains(#""format":1"#))
        let other = text.replacing(#""format":1"#, with: #""format":2"#)
        #expect(try files.read(Array(other.utf8)) == files.states[0])
        let more = text.replacing(#""format":1"#, with: #""format":1,"writer":"a later one""#)
        #expect(try files.read(Array(more.utf8)) == files.states.last)
    }

    @Test func `a change that could not be appended is in the next file`() async throws {
        let files = try written(seed: 9, changes: 2)
        let journal = files.directory.path("last-good-n1.journal")
        let keeper = StateStore(
            directory: files.directory.path,
            node: "n1",
            interval: .milliseconds(1),
            logger: TestCluster.logger
        )
        let states = files.states.map(Self.good)
        try await running([keeper]) {
            keeper.keep(states[0])
            try await eventually("the file is there", is: files.states[0]) { keeper.load()?.desired }
            try await eventually("its journal too", is: true) {
                try String(contentsOfFile: journal, encoding: .utf8).filter { $0 == "\n" }.count == 1
            }
            try FileManager.default.removeItem(atPath: journal)
            try FileManager.default.createDirectory(atPath: journal, withIntermediateDirectories: false)
            keeper.keep(states[1])
            try await eventually("what could not be added is written whole", is: files.states[1]) {
                keeper.load()?.desired
            }
            try FileManager.default.removeItem(atPath: journal)
            keeper.keep(states[2])
            try await eventually("so is what follows", is: files.states[2]) { keeper.load()?.desired }
        }
        #expect(keeper.load()?.desired == files.states[2])
    }
}
