import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

struct PeerTablesTests {
    private func configuration() throws -> NodeConfiguration {
        let peers = ["a", "b", "c"].enumerated().map { index, name in
            BGPNodeConfig.Peer(
                name: name,
                peerAddress: ScopedAddress("10.0.0.\(index + 1)"),
                peerASN: 65000,
                // The last one is treated differently, so that there are two groups.
                peerConfigRef: PeerConfigReference(name: name == "c" ? "some" : "all")
            )
        }
        let family = { (label: String) in
            BGPPeerConfig.FamilyEntry(
                afi: .ipv4,
                safi: .unicast,
                advertisements: LabelSelector(matchLabels: ["for": label])
            )
        }
        let entry = { (selector: LabelSelector) in
            BGPAdvertisement.Entry(
                advertisementType: .service,
                service: BGPAdvertisement.ServiceOptions(addresses: [.externalIP]),
                selector: selector
            )
        }
        return NodeConfiguration(
            nodeName: "n1",
            node: Node(metadata: ObjectMeta(name: "n1")),
            nodeConfig: BGPNodeConfig(
                metadata: ObjectMeta(name: "n1"),
                spec: BGPNodeConfig.Spec(
                    bgpInstances: [
                        BGPNodeConfig.Instance(
                            name: "main",
                            localASN: 65001,
                            routerID: RouterID("10.0.0.9"),
                            peers: peers
                        )
                    ]
                )
            ),
            peerConfigs: ["all", "some"].map { name in
                BGPPeerConfig(
                    metadata: ObjectMeta(name: name),
                    spec: BGPPeerConfig.Spec(families: [family(name)])
                )
            },
            advertisements: [
                BGPAdvertisement(
                    metadata: ObjectMeta(name: "all", labels: ["for": "all"]),
                    spec: BGPAdvertisement.Spec(advertisements: [entry(LabelSelector())])
                ),
                BGPAdvertisement(
                    metadata: ObjectMeta(name: "some", labels: ["for": "some"]),
                    spec: BGPAdvertisement.Spec(
                        advertisements: [entry(LabelSelector(matchLabels: ["public": "yes"]))]
                    )
                ),
            ]
        )
    }

    private func service(_ number: Int, public isPublic: Bool) -> Service {
        var spec = Service.Spec(type: "ClusterIP")
        spec.externalIPs = ["192.0.2.\(number)"]
        spec.clusterIP = "10.96.0.\(number)"
        return Service(
            metadata: ObjectMeta(
                name: "s\(number)",
                namespace: "default",
                labels: isPublic ? ["public": "yes"] : [:]
            ),
            spec: spec
        )
    }

    private func slice(_ number: Int, isReady: Bool) -> EndpointSlice {
        EndpointSlice(
            metadata: ObjectMeta(
                name: "s\(number)-1",
                namespace: "default",
                labels: ["kubernetes.io/service-name": "s\(number)"]
            ),
            addressType: "IPv4",
            endpoints: [
                EndpointSlice.Endpoint(
                    addresses: ["10.244.0.\(number)"],
                    conditions: EndpointSlice.Conditions(ready: isReady),
                    nodeName: "n1"
                )
            ]
        )
    }

    @Test func `after many changes the tables are those of a fresh look at the world`() throws {
        let configuration = try configuration()
        var services: [ObjectKey: Service] = [:]
        var slices: [ObjectKey: EndpointSlice] = [:]
        var running = Advertiser(NodeSnapshot(configuration: configuration, services: [], endpointSlices: []))
        for step in 0..<120 {
            // A walk over 20 services that come, change their label, lose their endpoint, and go.
            let number = 1 + step * 7 % 20
            let phase = step / 20
            let service: Service? = phase == 5 ? nil : service(number, public: (number + phase) % 3 == 0)
            let slice = slice(number, isReady: (number + phase) % 4 != 0)
            let key = ObjectKey(namespace: "default", name: "s\(number)")
            services[key] = service
            slices[slice.key] = slice
            running.update(
                services: [key: service.map(AnnouncedService.init)],
                endpointSlices: [slice.key: ServiceEndpoints(slice)]
            )
            guard step % 10 == 9 else { continue }
            let fresh = Advertiser(
                NodeSnapshot(
                    configuration: configuration,
                    services: services.sorted { $0.key < $1.key }.map(\.value),
                    endpointSlices: slices.sorted { $0.key < $1.key }.map(\.value)
                )
            )
            #expect(running.tables == fresh.tables, "after step \(step)")
            if phase < 4 { #expect(running.tables.groups.contains { !$0.table.isEmpty }) }
        }
        #expect(running.tables.groups.map { $0.peers.map(\.peer) } == [["a", "b"], ["c"]])
        #expect(running.tables.byPeer.keys.map(\.peer).sorted() == ["a", "b", "c"])
    }

    @Test func `a changed endpoint leaves the tables of groups that it does not concern as they are`() throws {
        var advertiser = Advertiser(
            NodeSnapshot(
                configuration: try configuration(),
                services: [service(1, public: false), service(2, public: true)],
                endpointSlices: [slice(1, isReady: true), slice(2, isReady: true)]
            )
        )
        let before = advertiser.tables
        let gone = slice(1, isReady: false)
        let after = advertiser.update(endpointSlices: [gone.key: ServiceEndpoints(gone)])
        #expect(!after.groups[0].table.isIdentical(to: before.groups[0].table))
        #expect(after.groups[1].table.isIdentical(to: before.groups[1].table))
        let change = PeerTables.Change(from: before, to: after)
        #expect(!change.isRegrouped)
        #expect(change.groups.map(\.index) == [0])
        #expect(change.groups.map { $0.peers.map(\.peer) } == [["a", "b"]])
        #expect(PeerTables.Change(from: after, to: after).isEmpty)
    }

    @Test func `a new configuration keeps the very same tables where it changes no route`() throws {
        let services = (1...20).map { service($0, public: $0 % 2 == 0) }
        let slices = (1...20).map { slice($0, isReady: true) }
        var configuration = try configuration()
        var advertiser = Advertiser(
            NodeSnapshot(configuration: configuration, services: services, endpointSlices: slices)
        )
        let before = advertiser.tables
        configuration.node?.metadata.labels = ["zone": "a"]
        #expect(advertiser.configure(configuration).isIdentical(to: before))
        // The peer of the second group moves to the first.
        configuration.nodeConfig?.spec.bgpInstances[0].peers[2].peerConfigRef = PeerConfigReference(name: "all")
        let after = advertiser.configure(configuration)
        let change = PeerTables.Change(from: before, to: after)
        #expect(change.isRegrouped)
        #expect(change.groups.isEmpty, "its first peer has what it had")
        #expect(after.groups.map { $0.peers.map(\.peer) } == [["a", "b", "c"]])
        #expect(after.groups[0].table.isIdentical(to: before.groups[0].table))
    }
}
