import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// What the gate of the data path, limits, flaps and the node's own network do to routes.
@Suite struct HeldBackRoutesTests {
    private static func cluster(_ addresses: [String] = ["192.0.2.1"]) -> ClusterFixture {
        var cluster = ClusterFixture()
        cluster.services = [service("web", loadBalancer: addresses)]
        cluster.slices = [slice(of: "web", [.ready("n1")])]
        return cluster
    }

    private static let question = DatapathQuestion(name: nil, url: "http://127.0.0.1:9/healthz")

    @Test func `service routes wait for the data path, and are no state to keep until then`() throws {
        var bench = NodeBench { options in
            options.datapathProbe = .url(Self.question.url)
            options.keepsState = true
        }
        bench.cluster = Self.cluster()
        #expect(
            bench.handle(.started) == [
                .ask(Self.question), .arm(.startup, .seconds(3)), .show(NodeFigures(isDataPathReady: false)),
            ]
        )
        let closed = bench.load()
        #expect(closed.announcements == [Announcement([router: RouteTable()], isComplete: false)])
        #expect(closed.persisted == [])
        #expect(
            bench.handle(.dataPathAnswered(problem: "refused")) == [
                .report(.dataPathAwaited("refused")), .arm(.dataPath, StartGate.interval),
                .announce(Announcement([router: RouteTable()], isComplete: false)),
                .arm(.wake, .seconds(1)),
            ],
            "a look at what is held back is put off"
        )
        #expect(bench.handle(.timerFired(.dataPath)) == [.ask(Self.question)])
        #expect(
            bench.handle(.dataPathAnswered(problem: "refused")) == [.arm(.dataPath, StartGate.interval)],
            "the same is said once"
        )
        bench.advance(by: .seconds(30))
        #expect(
            bench.handle(.dataPathAnswered(problem: "refused")) == [
                .report(.dataPathOverdue("refused")), .arm(.dataPath, StartGate.interval),
            ]
        )
        let open = bench.handle(.dataPathAnswered(problem: nil))
        #expect(open.first == .report(.dataPathReady(by: Self.question.place)))
        #expect(open.announcements == [Announcement([router: try table("192.0.2.1/32")], isComplete: true)])
        #expect(open.persisted.map(\.desired) == [[router: try table("192.0.2.1/32")]])
    }

    @Test func `an earlier run's routes wait for the data path, too`() throws {
        var bench = NodeBench { options in
            options.datapathProbe = .url(Self.question.url)
            options.keepsState = true
        }
        bench.cluster = Self.cluster()
        _ = bench.handle(.started)
        _ = bench.handle(.timerFired(.startup))
        let routes = [router: try table("192.0.2.1/32")]
        let state = SavedState(configuration: bench.cluster.configuration("n1"), passwords: [:], desired: routes)
        #expect(bench.handle(.savedState(state)).announcements == [])
        #expect(
            bench.handle(.dataPathAnswered(problem: nil)).announcements == [Announcement(routes, isComplete: true)]
        )
    }

    @Test func `a limit keeps what the earlier run announced, which is read before anything is announced`() throws {
        var bench = NodeBench { $0.keepsState = true }
        bench.cluster = Self.cluster(["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        bench.cluster.peerConfigs = [peerConfig { $0.announceLimit = 2 }]
        _ = bench.handle(.started)
        let first = bench.load()
        #expect(first.announcements == [])
        #expect(first.contains(.loadSavedState))
        let earlier = [router: try table("192.0.2.3/32")]
        let state = SavedState(configuration: bench.cluster.configuration("n1"), passwords: [:], desired: earlier)
        let announced = [router: try table("192.0.2.1/32", "192.0.2.3/32")]
        let effects = bench.handle(.savedState(state))
        #expect(
            effects.dropLast() == [
                .announce(Announcement(announced, heldBack: [router: [.ipv4: 1]], isComplete: true)),
                .report(.limitReached([router])),
            ]
        )
        #expect(effects.persisted.map(\.desired) == [announced])
        bench.cluster.services[0] = service("web", loadBalancer: ["192.0.2.1", "192.0.2.2"])
        let within = [router: try table("192.0.2.1/32", "192.0.2.2/32")]
        #expect(
            bench.handle(.objectsChanged(bench.services("web"))).announcements == [
                Announcement(within, isComplete: true)
            ]
        )
    }

    @Test func `a prefix that flaps is withdrawn at once and announced again when it is due`() throws {
        var bench = NodeBench()
        bench.cluster = Self.cluster()
        let there = [router: try table("192.0.2.1/32")]
        _ = bench.handle(.started)
        _ = bench.load()
        func come(_ bench: inout NodeBench) -> [NodeEffect] {
            bench.cluster.slices = [slice(of: "web", [.ready("n1")])]
            return bench.handle(.objectsChanged(bench.services("web")))
        }
        func go(_ bench: inout NodeBench) -> [NodeEffect] {
            bench.cluster.slices = [slice(of: "web", [.gone("n1")])]
            return bench.handle(.objectsChanged(bench.services("web")))
        }
        #expect(go(&bench).announcements == [Announcement([router: RouteTable()], isComplete: true)])
        #expect(come(&bench).announcements == [Announcement(there, isComplete: true)], "as in a rollout")
        #expect(go(&bench).contains(.report(.flapping("192.0.2.1/32"))))
        let back = come(&bench)
        #expect(back.announcements.allSatisfy { $0.tables == [router: RouteTable()] })
        #expect(back.contains(.show(NodeFigures(pausedPrefixes: 1))))
        #expect(bench.node.paused(at: bench.now).map(\.rest) == [.seconds(1)])
        bench.advance(by: .seconds(1))
        let woken = bench.handle(.timerFired(.wake))
        #expect(woken.announcements == [Announcement(there, isComplete: true)])
        #expect(woken.contains(.show(NodeFigures())))
    }

    @Test func `a device that is away for a moment changes nothing, and one that stays away does`() throws {
        let lan = NodeAddress(device: "lan0", address: try address("10.0.0.1"), length: 24)
        let host = HostNetwork(devices: NodeDevices([lan]))
        var bench = NodeBench(network: host)
        bench.cluster = Self.cluster()
        let entry = BGPAdvertisement.Entry(advertisementType: .interface, interface: .init(name: "lan0"))
        bench.cluster.advertisements = [advertisement([entry])]
        _ = bench.handle(.started)
        #expect(bench.load().announcements == [Announcement([router: try table("10.0.0.1/32")], isComplete: true)])
        bench.advance(by: .seconds(1))
        #expect(bench.handle(.networkChanged(HostNetwork())) == [.arm(.wake, .seconds(5))])
        bench.advance(by: .seconds(4))
        #expect(bench.handle(.networkChanged(host)) == [.listServices], "whose the address is now has to be seen")
        #expect(bench.handle(.servicesListed([])) == [])
        #expect(bench.handle(.networkChanged(HostNetwork())).announcements == [])
        bench.advance(by: .seconds(5))
        #expect(
            bench.handle(.timerFired(.wake)).announcements == [Announcement([router: RouteTable()], isComplete: true)]
        )
    }
}
