import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import Planning
import SpeakerRuntime
import Testing

struct DesiredRoutesTests {
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
        var desired = DesiredRoutes(running)
        for step in 0..<120 {
            // A walk over 20 services that come, change their label, lose their endpoint, and go.
            let number = 1 + step * 7 % 20
            let phase = step / 20
            let service: Service? = phase == 5 ? nil : service(number, public: (number + phase) % 3 == 0)
            let slice = slice(number, isReady: (number + phase) % 4 != 0)
            let key = ObjectKey(namespace: "default", name: "s\(number)")
            services[key] = service
            slices[slice.key] = slice
            desired.apply(
                running.update(
                    services: [key: service.map(AnnouncedService.init)],
                    endpointSlices: [slice.key: ServiceEndpoints(slice)]
                )
            )
            guard step % 10 == 9 else { continue }
            let fresh = Advertiser(
                NodeSnapshot(
                    configuration: configuration,
                    services: services.sorted { $0.key < $1.key }.map(\.value),
                    endpointSlices: slices.sorted { $0.key < $1.key }.map(\.value)
                )
            )
            #expect(desired.tables == DesiredRoutes(fresh).tables, "after step \(step)")
            if phase < 4 { #expect(desired.tables.values.contains { !$0.isEmpty }) }
        }
        #expect(desired.tables.keys.map(\.peer).sorted() == ["a", "b", "c"])
    }
}
