import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

@Suite struct SharedAddressTests {
    private let shared = "192.0.2.1"

    private func made(
        _ name: String,
        _ namespace: String,
        given: Bool = false,
        status: Bool = false,
        external: Bool = false,
        cluster: Bool = false,
        age: Double? = nil,
        annotations: [String: String]? = nil
    ) -> Service {
        var made = service(
            name,
            namespace: namespace,
            loadBalancer: given || status ? [shared] : [],
            external: external ? [shared] : [],
            cluster: cluster ? [shared] : []
        )
        if given {
            made.status?.conditions = [Condition(type: "martlet.dev/IPAMRequestSatisfied", status: .true)]
        }
        made.metadata.creationTimestamp = age.map { Timestamp(secondsSinceEpoch: $0) }
        made.metadata.annotations = annotations
        return made
    }

    private func world(_ services: [Service]) -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry(AddressKind.allCases, whenNoEndpoints: .advertise)])]
        world.services = services
        return world
    }

    /// The Services that may have the address announced, whatever the order in which they are known.
    private func holders(_ services: [Service]) -> [String] {
        let world = world(services)
        var advertiser = Advertiser(world.snapshot())
        let found = Set(advertiser.decisions().filter(\.isWanted).map(\.service.name)).sorted()
        // One after the other, forwards and backwards, leads to the same.
        for order in [services, services.reversed()] {
            var empty = world
            empty.services = []
            advertiser = Advertiser(empty.snapshot())
            for one in order { _ = advertiser.update(services: [one.key: AnnouncedService(one)]) }
            #expect(Set(advertiser.decisions().filter(\.isWanted).map(\.service.name)).sorted() == found)
            #expect(advertiser.withheldAddresses() == Advertiser(world.snapshot()).withheldAddresses())
        }
        return found
    }

    @Test func `an assigned address comes before a requested one, however old`() {
        let asked = made("a", "evil", external: true, age: 1)
        #expect(holders([asked]) == ["a"])
        #expect(holders([asked, made("b", "shop", status: true, age: 9)]) == ["b"])
        #expect(holders([asked, made("b", "shop", given: true, age: 9)]) == ["b"])
        #expect(holders([asked, made("b", "shop", cluster: true, age: 9)]) == ["b"])
        #expect(holders([made("a", "shop", external: true, age: 1), made("b", "shop", given: true, age: 9)]) == ["b"])
    }

    @Test func `an address from the operator comes before one that another controller wrote`() {
        #expect(holders([made("a", "evil", status: true, age: 1), made("b", "shop", given: true, age: 9)]) == ["b"])
    }

    @Test func `the older of two requests in different namespaces wins, then the first by name`() {
        let old = made("b", "shop", external: true, age: 1)
        #expect(holders([made("a", "evil", external: true, age: 2), old]) == ["b"])
        #expect(holders([made("a", "evil", external: true, age: 1), old]) == ["a"])
        #expect(holders([made("a", "evil", external: true), old]) == ["b"])
        #expect(holders([made("a", "zoo", external: true), made("b", "shop", external: true)]) == ["b"])
    }

    @Test func `Services that were assigned an address, or request it in one namespace, have it together`() {
        #expect(holders([made("a", "evil", given: true), made("b", "shop", given: true)]) == ["a", "b"])
        #expect(holders([made("a", "evil", status: true), made("b", "shop", status: true)]) == ["a", "b"])
        #expect(holders([made("a", "shop", external: true), made("b", "shop", external: true)]) == ["a", "b"])
    }

    @Test func `a sharing key permits sharing, and across namespaces both must name each other`() {
        let key = ["martlet.dev/sharing-key": "k"]
        let other = ["lbipam.cilium.io/sharing-key": "k"]
        func with(_ mine: [String: String], _ theirs: [String: String], in namespace: String) -> [String] {
            holders([
                made("a", "shop", given: true, annotations: mine),
                made("b", namespace, external: true, annotations: theirs),
            ])
        }
        #expect(with(key, other, in: "shop") == ["a", "b"])
        #expect(with(key, ["martlet.dev/sharing-key": "other"], in: "shop") == ["a"])
        #expect(with(key, [:], in: "shop") == ["a"])
        #expect(with(key, key, in: "evil") == ["a"])
        func across(_ namespace: String) -> [String: String] {
            key.merging(["martlet.dev/sharing-cross-namespace": namespace]) { $1 }
        }
        #expect(with(key, across("shop"), in: "evil") == ["a"])
        #expect(with(across("evil"), across("shop"), in: "evil") == ["a", "b"])
        #expect(with(across("*"), across("x, shop"), in: "evil") == ["a", "b"])
    }

    @Test func `the owner is named within its namespace only`() {
        func words(_ namespace: String) -> [String] {
            let world = world([made("a", namespace, external: true), made("b", "shop", given: true)])
            return Advertiser(world.snapshot()).withheldAddresses().map { "\($0.message); \($0.fix ?? "")" }
        }
        #expect(
            words("shop") == [
                "192.0.2.1 belongs to Service/shop/b, so no node announces it for Service/shop/a; remove it from "
                    + "spec.externalIPs, or give both Services the same annotation martlet.dev/sharing-key"
            ]
        )
        #expect(
            words("evil") == [
                "192.0.2.1 belongs to a Service of another namespace, so no node announces it for Service/evil/a; "
                    + "remove it from spec.externalIPs, or give both Services the same annotation "
                    + "martlet.dev/sharing-key and each the other's namespace in martlet.dev/sharing-cross-namespace"
            ]
        )
    }

    @Test func `a released address goes to the next Service, and a better claim takes it`() {
        let world = world([made("a", "evil", external: true, age: 1), made("b", "shop", external: true, age: 2)])
        var advertiser = Advertiser(world.snapshot())
        func holders() -> [String] { advertiser.decisions().filter(\.isWanted).map(\.service.name) }
        #expect(holders() == ["a"])
        let gone = ObjectKey(namespace: "evil", name: "a")
        _ = advertiser.update(services: [gone: nil])
        #expect(holders() == ["b"])
        let victim = made("c", "zoo", given: true)
        _ = advertiser.update(services: [victim.key: AnnouncedService(victim)])
        #expect(holders() == ["c"])
        var edited = victim
        edited.status?.loadBalancer = nil
        _ = advertiser.update(services: [victim.key: AnnouncedService(edited)])
        #expect(holders() == ["b"])
        // A route that both would bring stays when it changes hands.
        let before = advertiser.tables
        #expect(advertiser.update(services: [victim.key: AnnouncedService(victim)]).isIdentical(to: before))
    }

    @Test func `a Service that no proxy serves does not block the address`() {
        var headless = made("a", "evil", external: true, age: 1)
        headless.spec.type = "ClusterIP"
        headless.spec.clusterIP = "None"
        #expect(holders([headless, made("b", "shop", external: true, age: 2)]) == ["b"])
    }

    @Test(arguments: ["None", "ExternalName"])
    func `a headless Service and an ExternalName are never served, even with whenNoEndpoints Advertise`(kind: String)
        throws
    {
        var made = service("web", type: kind == "None" ? "ClusterIP" : kind, external: ["198.51.100.8", "2001:db8::8"])
        if kind == "None" {
            made.spec.clusterIP = "None"
            made.spec.clusterIPs = ["None"]
        }
        var world = world([made])
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.slices = [slice(of: "web", [.ready("n1")])]
        #expect(world.prefixes() == [])
        #expect(world.obstacles() == ["NotProxied"])
        let told = Advertiser(world.snapshot()).withheldAddresses()
        #expect(told.map(\.code) == ["NotProxied"])
        #expect(try #require(told.first).fix?.hasPrefix("remove the addresses from spec.externalIPs") == true)
        world.services[0].spec.type = "ClusterIP"
        world.services[0].spec.clusterIP = "10.96.0.50"
        world.services[0].spec.clusterIPs = ["10.96.0.50"]
        #expect(world.prefixes().contains("198.51.100.8/32"))
    }

    @Test func `an entry can list the networks of external addresses`() throws {
        var world = world([
            service("web", loadBalancer: ["192.0.2.7"], external: ["9.9.9.9", "203.0.113.9", "2001:db8::9"])
        ])
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements[0].spec.advertisements[0].service?.externalIPs = [
            try prefix("203.0.113.0/24"), try prefix("2001:db8::/64"),
        ]
        // Addresses of other kinds are not concerned.
        #expect(world.prefixes() == ["192.0.2.7/32", "203.0.113.9/32", "2001:db8::9/128"])
        let decision = try #require(
            world.advertised().decisions.first { $0.address.address.description == "9.9.9.9" }
        )
        #expect(!decision.isSelected)
        let reason = try #require(decision.obstacles.first)
        #expect(reason.code == "ExternalIPNotAllowed")
        #expect(
            reason.message
                == "9.9.9.9 lies in no network of service.externalIPs of BGPAdvertisement/public entry 0"
        )
        #expect(reason.field?.description == "spec.advertisements[0].service.externalIPs")
        // Another entry may be wider.
        world.advertisements[0].spec.advertisements.append(serviceEntry([.externalIP], whenNoEndpoints: .advertise))
        #expect(world.prefixes().contains("9.9.9.9/32"))
    }
}
