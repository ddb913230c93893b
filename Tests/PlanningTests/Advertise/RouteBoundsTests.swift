import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

@Suite struct RouteBoundsTests: RouteBoundFixture {
    @Test func `twenty thousand external addresses become sixty-four routes, reported in one sentence`() {
        let greedy = service("greedy", type: "ClusterIP", external: external(20_000))
        let world = world([greedy, service("web", loadBalancer: ["192.0.2.1"])])
        #expect(world.prefixes().count == 65)
        #expect(world.prefixes().contains("192.0.2.1/32"))
        let decisions = world.advertised().decisions.filter { $0.service == greedy.key }
        #expect(decisions.count == 64)
        #expect(decisions.allSatisfy { $0.isWanted })
        let excesses = Advertiser(world.snapshot()).boundExcesses
        #expect(
            excesses.map(\.message) == [
                "19936 routes of Service/default/greedy are held back by --max-routes-per-service 64"
            ]
        )
    }

    @Test func `only a few invalid values are reported individually`() throws {
        var greedy = service("greedy", type: "ClusterIP")
        greedy.spec.externalIPs = (0..<20_000).map { "no address \($0)\u{1B}" }
        let findings = Advertiser(world([greedy]).snapshot()).findings(of: greedy.key)
        #expect(findings.count == 10)
        #expect(
            findings.map(\.message).contains {
                $0 == "19992 more values in spec.externalIPs of Service/default/greedy are no IP addresses"
            }
        )
        #expect(findings.allSatisfy { !$0.message.unicodeScalars.contains("\u{1B}") })
    }

    @Test func `what is listed first stays, whatever its number`() {
        let all = Array(external(10).reversed())
        let few = RouteBounds(perService: 4, perNamespace: 0)
        let before = world([service("web", type: "ClusterIP", external: Array(all.prefix(4)))], bounds: few).prefixes()
        #expect(Set(before) == Set(all.prefix(4).map { "\($0)/32" }))
        #expect(world([service("web", type: "ClusterIP", external: all)], bounds: few).prefixes() == before)
        #expect(
            world([service("web", type: "ClusterIP", external: all)], bounds: .none).prefixes().count == 10,
            "0 bounds nothing"
        )
    }

    @Test func `the addresses of both kinds count together, load balancer addresses first`() {
        let web = service("web", loadBalancer: ["192.0.2.1", "192.0.2.2", "192.0.2.3"], external: external(3))
        let world = world([web], bounds: RouteBounds(perService: 4, perNamespace: 0))
        #expect(Set(world.prefixes()) == ["192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32", "203.0.0.0/32"])
        let held = world.advertised().decisions.filter { !$0.isWanted }
        #expect(held.map(\.address.address.description) == ["203.0.0.1", "203.0.0.2"])
        #expect(held.allSatisfy { $0.obstacles.map(\.code) == ["TooManyRoutes"] && $0.isSelected })
        let hypothetical = Advertiser(world.snapshot()).decisions(of: web.key, asPolicy: .local)
        #expect(hypothetical.count { $0.isWanted } == 4)
    }

    @Test func `addresses that are not announced to any peer take no room`() {
        var world = world(
            [service("web", loadBalancer: ["192.0.2.1"], external: external(4))],
            bounds: RouteBounds(perService: 4, perNamespace: 4)
        )
        world.advertisements = [advertisement([serviceEntry([.externalIP])])]
        #expect(world.prefixes().count == 4)
        world.services[0].spec.externalIPs = external(5)
        world.advertisements = [advertisement([serviceEntry([.loadBalancerIP])])]
        #expect(Advertiser(world.snapshot()).boundExcesses == [], "nobody would be told them")
    }

    @Test func `the older Services of a namespace have room, and another namespace has its own`() {
        let services = [
            aged("a", "192.0.2.1", created: 30), aged("b", "192.0.2.2", created: 10),
            aged("c", "192.0.2.3", created: 20),
            aged("manifest", "192.0.2.4", created: nil), aged("d", "192.0.2.5", created: 40, namespace: "other"),
        ]
        let world = world(services, bounds: RouteBounds(perService: 64, perNamespace: 2))
        #expect(world.prefixes() == ["192.0.2.2/32", "192.0.2.3/32", "192.0.2.5/32"])
        let held = world.advertised().decisions.filter { $0.service.name == "a" }
        #expect(held.flatMap(\.obstacles).map(\.code) == ["TooManyRoutes"])
        #expect(held.first?.obstacles.first?.object?.description == "Namespace/shop")
        #expect(
            Advertiser(world.snapshot()).boundExcesses.map(\.message)
                == ["2 routes of namespace shop are held back by --max-routes-per-namespace 2"]
        )
    }

    @Test func `a Service that goes makes room for the next, and endpoints displace no Service`() {
        let services = (1...4).map { aged("s\($0)", "192.0.2.\($0)", created: Double($0)) }
        let world = world(services, bounds: RouteBounds(perService: 64, perNamespace: 2))
        var advertiser = Advertiser(world.snapshot())
        func prefixes() -> [String] { advertiser.routes(of: router).map(\.prefix.description) }
        #expect(prefixes() == ["192.0.2.1/32", "192.0.2.2/32"])
        let without = slice(of: "s1", namespace: "shop", [.notReady("n1")])
        _ = advertiser.update(endpointSlices: [without.key: ServiceEndpoints(without)])
        #expect(prefixes() == ["192.0.2.2/32"], "a pod that fails lets no other Service in")
        let before = advertiser.tables
        let change = PeerTables.Change(from: before, to: advertiser.update(services: [services[1].key: nil]))
        let differences = change.groups.map(\.difference)
        #expect(differences.flatMap(\.announced.routes).map(\.prefix.description) == ["192.0.2.3/32"])
        #expect(differences.flatMap { $0.withdrawn.values.joined() }.map(\.description) == ["192.0.2.2/32"])
        #expect(prefixes() == ["192.0.2.3/32"])
    }

    @Test func `a Service that does not fit announces its first addresses`() {
        var old = aged("old", "192.0.2.1", created: 1)
        old.spec.externalIPs = external(2)
        var young = aged("young", "192.0.2.2", created: 2)
        young.spec.externalIPs = external(3, from: 100)
        let world = world([young, old], bounds: RouteBounds(perService: 64, perNamespace: 5))
        #expect(
            Set(world.prefixes())
                == ["192.0.2.1/32", "203.0.0.0/32", "203.0.0.1/32", "192.0.2.2/32", "203.0.0.100/32"]
        )
    }

    @Test(arguments: Array(UInt64(0)..<12))
    func `incremental changes lead to the same bounds as a fresh start`(seed: UInt64) {
        for (perService, perNamespace) in [(1, 2), (2, 3), (0, 1), (1, 0), (2, 1)] {
            var cluster = RandomCluster(seed: seed)
            var snapshot = cluster.world().snapshot()
            snapshot.configuration.gates.bounds = RouteBounds(perService: perService, perNamespace: perNamespace)
            var advertiser = Advertiser(snapshot)
            for _ in 0..<30 {
                let changed = cluster.change(&snapshot)
                let tables = advertiser.update(
                    advertisements: cluster.changeAdvertisements(&snapshot),
                    services: changed.services.mapValues { $0.map(AnnouncedService.init) },
                    endpointSlices: changed.slices.mapValues { $0.map(ServiceEndpoints.init) }
                )
                let fresh = Advertiser(snapshot)
                #expect(tables == fresh.tables)
                #expect(advertiser.tables == fresh.tables)
                #expect(advertiser.decisions() == fresh.decisions())
                #expect(advertiser.boundExcesses == fresh.boundExcesses)
                for (group, routes) in fresh.tables.groups.enumerated() {
                    let sources = advertiser.sources(ofGroup: group)
                    #expect(sources == fresh.sources(ofGroup: group))
                    #expect(Set(sources.keys) == Set(routes.table.routes.map(\.prefix)))
                }
                for peer in fresh.tables.groups.flatMap(\.peers) {
                    let wanted = fresh.decisions().filter { $0.peer == peer && $0.isWanted }
                    for (_, mine) in Dictionary(grouping: wanted, by: \.service) where perService > 0 {
                        #expect(Set(mine.flatMap(\.prefixes)).count <= perService)
                    }
                    for (_, mine) in Dictionary(grouping: wanted, by: \.service.namespace) where perNamespace > 0 {
                        #expect(Set(mine.flatMap(\.prefixes)).count <= perNamespace)
                    }
                }
            }
        }
    }

    @Test func `a changed Service in a large namespace at its bound costs little`() {
        let services = (0..<20_000).map { number in
            aged("s\(number)", IPv4Address(rawValue: 0x0B00_0000 + UInt32(number)).description, created: Double(number))
        }
        var advertiser = Advertiser(world(services).snapshot())
        #expect(advertiser.routes(of: router).count == 4096)
        // Each lets one in at the other end; a pass over all for each would not end in a minute.
        for number in 0..<4000 { _ = advertiser.update(services: [services[number].key: nil]) }
        #expect(advertiser.routes(of: router).count == 4096)
        #expect(advertiser.routes(of: router).first?.prefix.description == "11.0.15.160/32")
        #expect(advertiser.boundExcesses.map(\.routes) == [20_000 - 4000 - 4096])
    }
}
