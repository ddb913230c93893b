import BGPEngine
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import Planning
import Testing

/// What a drain does to what a node announces; the steps of the drain itself are in DrainMachineTests.
@Suite struct NodeDrainTests {
    private func bench() -> NodeBench {
        var bench = NodeBench()
        bench.cluster.services = [
            service("web", loadBalancer: ["192.0.2.1"]), service("pinned", loadBalancer: ["192.0.2.2"]),
        ]
        bench.cluster.slices = [slice(of: "web", [.ready("n1")]), slice(of: "pinned", [.ready("n1")])]
        return bench
    }

    private func announced(_ table: RouteTable) -> [Announcement] {
        [Announcement([router: table], isComplete: true)]
    }

    private var kept: Set<IPPrefix> { get throws { [try prefix("192.0.2.2/32")] } }

    @Test func `a drain marks routes, then withdraws what others announce, and ends with the annotation`() throws {
        var bench = bench()
        _ = bench.handle(.started)
        _ = bench.load()
        let all = try table("192.0.2.1/32", "192.0.2.2/32", leaving: true)

        bench.annotations = [DrainRequest.annotation: "true"]
        #expect(
            bench.handle(.objectsChanged(bench.settings)) == [
                .arm(.drain(.gracePeriod), .seconds(10)), .report(.draining(isForced: false)),
                .announce(Announcement([router: all], isComplete: true)),
                .show(NodeFigures(drain: .shuttingDown)), .arm(.wake, .seconds(1)),
            ]
        )
        #expect(bench.handle(.timerFired(.drain(.gracePeriod))) == [.followOthers])
        let look = bench.handle(.othersChanged)
        guard case .findLastAnnounced(let own, look: 1)? = look.first else {
            Issue.record("no look at what others announce: \(look)")
            return
        }
        #expect(own.gates.drain == .none, "what it would announce in service")
        #expect(look.count == 1)
        #expect(
            bench.handle(.lastAnnounced(try kept, look: 1)).withoutUnannounced == [
                .arm(.drain(.look), .seconds(1)),
                .announce(Announcement([router: try table("192.0.2.2/32", leaving: true)], isComplete: true)),
                .show(NodeFigures(drain: .lastAnnouncer)),
            ]
        )
        bench.annotations = [:]
        #expect(
            bench.handle(.objectsChanged(bench.settings)) == [
                .leaveOthers,
                .announce(Announcement([router: try table("192.0.2.1/32", "192.0.2.2/32")], isComplete: true)),
                .show(NodeFigures()),
            ]
        )
    }

    @Test func `a drain that an earlier run had finished announces nothing before it knows what to keep`() throws {
        var bench = bench()
        bench.annotations = [DrainRequest.annotation: "true"]
        bench.conditions = [DrainCondition.found(.drained(keeping: []), fault: nil)]
        _ = bench.handle(.started)
        let roles = NodeEffect.setAddressRoles(AddressRoles(internalIPs: [try address("10.0.0.1")]))
        #expect(
            bench.load() == [
                roles, .followOthers, .arm(.drain(.others), .seconds(5)), .report(.draining(isForced: false)),
            ]
        )
        bench.cluster.slices[0] = slice(of: "web", [.gone("n1")])
        #expect(bench.handle(.objectsChanged(bench.services("web"))) == [])
        _ = bench.handle(.othersChanged)
        let effects = bench.handle(.lastAnnounced(try kept, look: 1))
        #expect(effects.prefix(2) == [.arm(.drain(.look), .seconds(1)), .apply(bench.instances, farewell: nil)])
        #expect(effects.announcements == announced(try table("192.0.2.2/32", leaving: true)))
    }

    @Test func `an annotation that cannot be read drains nothing, and is reported with an event once`() {
        var bench = bench()
        bench.annotations = [DrainRequest.annotation: "yes"]
        _ = bench.handle(.started)
        let effects = bench.load()
        #expect(effects.announcements.map { $0.tables[router]?.count } == [2])
        guard case .report(.invalidDrainAnnotation(let fault))? = effects.first,
            case .record(let event)? = effects.dropFirst().first
        else {
            Issue.record("nothing is said of the annotation: \(effects)")
            return
        }
        #expect(event.note == fault.description)
        #expect(event.regarding.name == "n1")
        #expect(bench.handle(.objectsChanged(bench.settings)) == [])
    }
}
