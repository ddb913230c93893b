import BGPEngine
import BGPTypes
import Fixtures
import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import Testing

/// Which writes bring the files of the saved state up to date; the files are read as the next run does.
@Suite struct StateFilesTests {
    private func state(_ prefixes: [String], password: String? = nil) throws -> SavedState {
        SavedState(
            configuration: ClusterFixture().configuration("n1"),
            passwords: try password.map { ["tor": try #require(Password($0))] } ?? [:],
            desired: [router: RouteTable(try prefixes.map { Route(prefix: try prefix($0)) })]
        )
    }

    /// The files as the writes leave them.
    private struct Disk {
        var file = Data()
        var journal = Data()

        mutating func take(_ write: StateFiles.Write) -> String {
            switch write {
            case .nothing: return "nothing"
            case .add(let lines):
                journal += lines
                return "added"
            case .replace(let file, let journal):
                (self.file, self.journal) = (file, journal)
                return "replaced"
            }
        }

        var desired: [PeerID: RouteTable] {
            get throws {
                let state = try JSON.decode(SavedState.self, from: file)
                return StateJournal.apply(journal, continuing: file, to: state).desired
            }
        }
    }

    @Test func `the first state is written whole, changed routes are added, and the same is not written again`() throws
    {
        var (files, disk) = (StateFiles(), Disk())
        let steps: [(state: SavedState, write: String)] = [
            (try state(["192.0.2.1/32"]), "replaced"),
            (try state(["192.0.2.1/32", "192.0.2.2/32"]), "added"),
            (try state(["192.0.2.1/32", "192.0.2.2/32"]), "nothing"),
            (try state(["192.0.2.2/32"]), "added"),
            (try state(["192.0.2.2/32"], password: "secret"), "replaced"),
            (try state([], password: "secret"), "added"),
        ]
        for step in steps {
            #expect(disk.take(try files.write(step.state)) == step.write)
            #expect(try disk.desired == step.state.desired)
        }
    }

    @Test func `what could not be written is written whole the next time`() throws {
        var (files, disk) = (StateFiles(), Disk())
        _ = disk.take(try files.write(state(["192.0.2.1/32"])))
        _ = try files.write(state(["192.0.2.2/32"]))
        files.fail()
        #expect(disk.take(try files.write(state(["192.0.2.2/32"]))) == "replaced")
        #expect(try disk.desired == state(["192.0.2.2/32"]).desired)
    }

    @Test func `a journal that is as large as its file gives way to a new file`() throws {
        var (files, disk) = (StateFiles(), Disk())
        let many = (0..<4000).map { "10.\($0 / 250).\($0 % 250).0/24" }
        _ = disk.take(try files.write(state(many)))
        var writes: [String] = []
        for round in 0..<4 {
            let next = try state(round.isMultiple(of: 2) ? [] : many)
            writes.append(disk.take(try files.write(next)))
            #expect(try disk.desired == next.desired)
        }
        #expect(writes.contains("added"))
        #expect(writes.contains("replaced"))
    }
}
