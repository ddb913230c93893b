import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct DecisionPropertyTests {
    static let seeds = Array(UInt64(0)..<20)

    @Test(arguments: seeds)
    func `routes match the reference model`(seed: UInt64) {
        var routes = 0
        for round in 0..<40 {
            var cluster = RandomCluster(seed: seed * 1000 + UInt64(round))
            let world = cluster.world()
            for name in ["n1", "n2"] {
                let snapshot = world.snapshot(name)
                let advertised = NodeAdvertisements(snapshot)
                let model = ReferenceModel(snapshot: snapshot, world: world)
                for peer in advertised.peers {
                    let found = Dictionary(
                        uniqueKeysWithValues: peer.routes.map { ($0.route.prefix, $0.route.attributes) }
                    )
                    #expect(found == model.routes(to: peer.peer.peer, of: peer.peer.instance))
                    #expect(peer.routes.map(\.route) == peer.routes.map(\.route).sorted())
                    #expect(peer.routes.allSatisfy { !$0.sources.isEmpty })
                    routes += peer.routes.count
                }
            }
        }
        #expect(routes > 40, "clusters without routes would prove nothing")
    }

    @Test(arguments: seeds)
    func `decisions and routes agree`(seed: UInt64) {
        for round in 0..<40 {
            var cluster = RandomCluster(seed: seed * 1000 + UInt64(round))
            let advertised = NodeAdvertisements(cluster.world().snapshot())
            for peer in advertised.peers {
                let wanted = Set(
                    advertised.decisions.filter { $0.peer == peer.peer && $0.isWanted }.flatMap(\.prefixes)
                )
                let others = Set(
                    advertised.entryDecisions.filter { $0.peers.contains(peer.peer) }.flatMap(\.prefixes)
                )
                #expect(wanted.union(others) == Set(peer.routes.map(\.route.prefix)))
            }
            for decision in advertised.decisions {
                #expect(decision.isWanted || !decision.obstacles.isEmpty)
                #expect(Set(decision.reasons).count == decision.reasons.count)
            }
        }
    }

    @Test(arguments: seeds)
    func `the order of the objects never matters`(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let world = cluster.world()
        let expected = NodeAdvertisements(world.snapshot())
        for _ in 0..<10 {
            var snapshot = world.snapshot()
            snapshot.services = cluster.shuffled(snapshot.services)
            snapshot.endpointSlices = cluster.shuffled(snapshot.endpointSlices)
            snapshot.configuration.advertisements = cluster.shuffled(snapshot.configuration.advertisements)
            snapshot.configuration.peerConfigs = cluster.shuffled(snapshot.configuration.peerConfigs)
            #expect(NodeAdvertisements(snapshot) == expected)
        }
    }

    @Test(arguments: seeds)
    func `incremental changes lead to the same routes as a fresh start`(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        var world = cluster.world()
        var snapshot = world.snapshot()
        var advertiser = Advertiser(snapshot)
        for _ in 0..<60 {
            let changed = cluster.change(&snapshot)
            let addresses = cluster.changeAddresses(&world)
            if let addresses { snapshot.configuration.clusterAddresses = addresses }
            let before = advertiser.tables
            let tables = advertiser.update(
                addresses: addresses,
                advertisements: cluster.changeAdvertisements(&snapshot),
                services: changed.services.mapValues { $0.map(AnnouncedService.init) },
                endpointSlices: changed.slices.mapValues { $0.map(ServiceEndpoints.init) }
            )
            let fresh = Advertiser(snapshot)
            #expect(tables == fresh.tables)
            #expect(advertiser.tables == fresh.tables)
            #expect(tables.isIdentical(to: before) == (tables == before))
            #expect(advertiser.decisions() == fresh.decisions())
            #expect(advertiser.entryDecisions() == fresh.entryDecisions())
            #expect(advertiser.withheldAddresses(most: .max) == fresh.withheldAddresses(most: .max))
            #expect(advertiser.unannouncedCauses == fresh.unannouncedCauses)
            #expect(advertiser.configuration == fresh.configuration)
            for group in fresh.tables.groups.indices {
                let sources = fresh.sources(ofGroup: group)
                #expect(advertiser.sources(ofGroup: group) == sources)
                // Collected in pieces they are the same.
                var origins = RouteOrigins()
                origins.add(advertiser.configured.all) { _ in true }
                for service in advertiser.announcedServices {
                    origins.add(advertiser.origins(of: [service])) { _ in true }
                }
                for (prefix, expected) in sources { #expect(origins.sources(of: prefix, group: group) == expected) }
            }
        }
    }

    @Test(arguments: seeds)
    func `a changed configuration leads to the same routes as a fresh start`(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        let first = cluster.world()
        var second = cluster.world()
        second.services = first.services
        second.slices = first.slices
        var advertiser = Advertiser(first.snapshot())
        advertiser.configure(second.configuration("n1"))
        let fresh = Advertiser(second.snapshot())
        #expect(advertiser.tables == fresh.tables)
        #expect(advertiser.decisions() == fresh.decisions())
    }
}

extension RandomCluster {
    /// Changes one or two objects of a snapshot, and says which.
    mutating func change(
        _ snapshot: inout NodeSnapshot
    ) -> (services: [ObjectKey: Service?], slices: [ObjectKey: EndpointSlice?]) {
        var services: [ObjectKey: Service?] = [:]
        var slices: [ObjectKey: EndpointSlice?] = [:]
        let index = shuffled(Array(0..<6)).first ?? 0
        let fresh = service(index)
        switch index % 3 {
        case 0:
            services[fresh.key] = .some(fresh)
            snapshot.services.removeAll { $0.key == fresh.key }
            snapshot.services.append(fresh)
        case 1:
            guard let gone = shuffled(snapshot.services).first else { break }
            services[gone.key] = .some(nil)
            snapshot.services.removeAll { $0.key == gone.key }
        default: break
        }
        for slice in self.slices(of: fresh) {
            slices[slice.key] = .some(slice)
            snapshot.endpointSlices.removeAll { $0.key == slice.key }
            snapshot.endpointSlices.append(slice)
        }
        if let gone = shuffled(snapshot.endpointSlices).first, slices[gone.key] == nil {
            slices[gone.key] = .some(nil)
            snapshot.endpointSlices.removeAll { $0.key == gone.key }
        }
        return (services, slices)
    }

    /// Now and then changes the addresses of a node, pods or routers, and says whose addresses are whose then.
    ///
    /// The world's nodes are no more those of the snapshot that was made of it, on which other decisions depend, too.
    mutating func changeAddresses(_ world: inout ClusterFixture) -> ClusterAddresses? {
        switch shuffled(Array(0..<12)).first {
        case 0?: world.nodes.append(anotherNode("n9"))
        case 1?: world.nodes.removeAll { $0.metadata.name == "n9" }
        case 2?: world.serviceCIDRs = [serviceCIDR("192.0.2.2/31")]
        case 3?: world.serviceCIDRs = []
        case 4?: world.ciliumNodes = ["n2", "n9"].map { anotherCiliumNode($0) }
        case 5?: world.ciliumNodes = nil
        case 6?: world.blockAffinities = ["192.0.2.2/32", "2001:db8::2/127"].map { anotherBlock($0) }
        case 7?: world.blockAffinities = nil
        default: return nil
        }
        return world.addresses
    }

    /// Changes up to two Advertisements of a snapshot, or none, and says which.
    mutating func changeAdvertisements(_ snapshot: inout NodeSnapshot) -> [String: BGPAdvertisement?] {
        var changed: [String: BGPAdvertisement?] = [:]
        for _ in 0..<(shuffled([0, 0, 1, 2]).first ?? 0) {
            let present = snapshot.configuration.advertisements
            let made = variant(of: shuffled(present).first)
            let isGone = shuffled([true, false, false, false]).first ?? false
            changed[made.metadata.name] = .some(isGone ? nil : made)
            snapshot.configuration.advertisements = present.filter { $0.key != made.key } + (isGone ? [] : [made])
        }
        return changed
    }
}
