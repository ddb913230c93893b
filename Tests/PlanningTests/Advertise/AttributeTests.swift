import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import Fixtures
import KubeModel
import Planning
import Testing

@Suite struct AttributeTests {
    private func world(_ entries: [BGPAdvertisement.Entry]) -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = [advertisement(entries)]
        world.nodes = [node("n1", podCIDRs: ["10.112.0.0/24"])]
        world.services = [service("web", loadBalancer: ["192.0.2.1"])]
        world.slices = [slice(of: "web", [.ready("n1")])]
        return world
    }

    private func attributes(_ entries: [BGPAdvertisement.Entry]) -> RouteAttributes? {
        world(entries).advertised().routes(of: router).first?.route.attributes
    }

    @Test func `a route carries only origin IGP unless an entry asks for more`() {
        #expect(attributes([serviceEntry()]) == RouteAttributes())
    }

    @Test func `a route carries everything that an entry can ask for`() {
        let asked = BGPAdvertisement.Attributes(
            communities: .init(
                standard: [Community(rawValue: 0xFFFF_FF01), Community(rawValue: 65000 << 16 | 1)],
                wellKnown: [.noExport],
                large: [LargeCommunity(65000, 1, 2)]
            ),
            localPreference: 150,
            med: 10,
            asPathPrepend: 2,
            origin: .incomplete
        )
        #expect(
            attributes([serviceEntry(attributes: asked)])
                == RouteAttributes(
                    origin: .incomplete,
                    localPreference: 150,
                    med: 10,
                    asPathPrepend: 2,
                    communities: [Community(65000, 1), .noExport],
                    largeCommunities: [LargeCommunity(65000, 1, 2)]
                )
        )
    }

    @Test func `overlapping entries merge: all communities, highest preference, lowest MED, longest prepend`() {
        let first = BGPAdvertisement.Attributes(
            communities: .init(standard: [Community(rawValue: 1)]),
            localPreference: 100,
            med: 20,
            asPathPrepend: 1
        )
        let second = BGPAdvertisement.Attributes(
            communities: .init(standard: [Community(rawValue: 2)]),
            localPreference: 200,
            med: 10,
            asPathPrepend: 3
        )
        let expected = RouteAttributes(
            localPreference: 200,
            med: 10,
            asPathPrepend: 3,
            communities: [Community(rawValue: 1), Community(rawValue: 2)]
        )
        #expect(attributes([serviceEntry(attributes: first), serviceEntry(attributes: second)]) == expected)
        #expect(attributes([serviceEntry(attributes: second), serviceEntry(attributes: first)]) == expected)
    }

    @Test func `an attribute that only one entry sets is kept`() {
        let asked = BGPAdvertisement.Attributes(localPreference: 50, med: 7, asPathPrepend: 1, origin: .egp)
        #expect(
            attributes([serviceEntry(attributes: asked), serviceEntry()])
                == RouteAttributes(origin: .egp, localPreference: 50, med: 7, asPathPrepend: 1)
        )
    }

    @Test func `entries of different types merge as well`() throws {
        let list = BGPAdvertisement.Entry(
            advertisementType: .prefixes,
            prefixes: [try prefix("192.0.2.1/32"), try prefix("10.112.0.0/24")],
            attributes: .init(localPreference: 300)
        )
        let pods = BGPAdvertisement.Entry(advertisementType: .podCIDR, attributes: .init(med: 5))
        let services = serviceEntry(attributes: .init(med: 9))
        #expect(
            world([services, pods, list]).advertised().routes(of: router).map(\.route.attributes)
                == [RouteAttributes(localPreference: 300, med: 5), RouteAttributes(localPreference: 300, med: 9)]
        )
    }

    @Test func `an entry that does not announce the address has no influence`() {
        var world = world([
            serviceEntry(attributes: .init(med: 1)),
            serviceEntry(whenNoEndpoints: .advertise, attributes: .init(med: 2)),
        ])
        world.slices = []
        #expect(world.advertised().routes(of: router).map(\.route.attributes.med) == [2])
    }

    @Test func `out-of-range numbers are ignored rather than wrapped`() {
        let asked = BGPAdvertisement.Attributes(localPreference: -1, med: 1 << 40, asPathPrepend: -3)
        #expect(attributes([serviceEntry(attributes: asked)]) == RouteAttributes())
    }
}

@Suite struct AggregationTests {
    private func prefixes(
        _ entries: [BGPAdvertisement.Entry],
        external: Service.TrafficPolicy? = nil,
        internal: Service.TrafficPolicy? = nil
    ) -> [String] {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [advertisement(entries)]
        world.services = [
            service(
                "web",
                loadBalancer: ["192.0.2.77", "2001:db8::77"],
                cluster: ["10.96.0.77"],
                externalPolicy: external,
                internalPolicy: `internal`
            )
        ]
        world.slices = [slice(of: "web", [.ready("n1")]), slice(of: "web", addressType: "IPv6", [.ready("n1")])]
        return world.prefixes()
    }

    @Test func `an address is a host route unless an aggregation is asked for`() {
        #expect(prefixes([serviceEntry()]) == ["192.0.2.77/32", "2001:db8::77/128"])
        #expect(prefixes([serviceEntry(length4: 24, length6: 64)]) == ["192.0.2.0/24", "2001:db8::/64"])
        #expect(prefixes([serviceEntry(length4: 0)]) == ["0.0.0.0/0", "2001:db8::77/128"])
    }

    @Test func `aggregation is ignored exactly when the governing policy is Local`() {
        let entry = serviceEntry([.loadBalancerIP, .clusterIP], length4: 24)
        #expect(prefixes([entry], external: .local) == ["10.96.0.0/24", "192.0.2.77/32", "2001:db8::77/128"])
        #expect(prefixes([entry], internal: .local) == ["10.96.0.77/32", "192.0.2.0/24", "2001:db8::77/128"])
    }

    @Test func `one address may be announced at several lengths`() {
        #expect(
            prefixes([serviceEntry(), serviceEntry(length4: 24)])
                == ["192.0.2.0/24", "192.0.2.77/32", "2001:db8::77/128"]
        )
    }

    @Test(arguments: [32, 40, -1, 1000])
    func `a length that shortens nothing is not an aggregation`(length: Int) {
        #expect(prefixes([serviceEntry(length4: length)]) == ["192.0.2.77/32", "2001:db8::77/128"])
    }
}
