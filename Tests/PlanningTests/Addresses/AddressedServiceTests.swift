import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

/// What is kept of a Service that a tenant has made as large as can be.
@Suite struct AddressedServiceTests {
    private func large(_ annotations: [String: String] = ["martlet.dev/sharing-key": "k"]) -> Service {
        loadBalancer(
            "web",
            in: "shop",
            labels: Dictionary(uniqueKeysWithValues: (0..<200).map { ("label-number-\($0)", "value-\($0)") }),
            ports: (1...1000).map { Service.Port(name: "port-\($0)", port: Int32($0), nodePort: 30_000) },
            selector: ["app": "web"],
            annotations: annotations.merging(
                ["x": "y", "martlet.dev/another": String(repeating: "z", count: 9000)],
                uniquingKeysWith: { left, _ in left }
            )
        )
    }

    @Test func `labels, ports and annotations are kept packed, and nothing of them beside`() throws {
        let kept = AddressedService(large())
        #expect(kept.metadata.labels == nil && kept.metadata.annotations == nil)
        #expect(kept.spec.ports == nil && kept.spec.selector == nil)
        let request = try #require(AddressRequest(kept, clusterFamilies: [.ipv4]))
        #expect(request.sharing.ports.count == 1000)
        #expect(request.label("label-number-199") == "value-199")
        #expect(request.label("label-number-200") == nil)
        #expect(request == AddressRequest(large(), clusterFamilies: [.ipv4]))
    }

    @Test func `nothing of a Service of another type is kept`() {
        var service = large()
        service.spec.type = "ClusterIP"
        service.metadata.labels = nil
        service.metadata.annotations = nil
        service.spec.ports = nil
        service.spec.selector = nil
        var whole = large()
        whole.spec.type = "ClusterIP"
        #expect(AddressedService(whole) == AddressedService(service))
    }

    @Test func `a change of what allocation does not read changes nothing but the version`() {
        let (before, key) = (large(), ConditionType.addressRequestSatisfied.rawValue)
        var after = before
        after.metadata.finalizers = ["f"]
        after.metadata.annotations?["x"] = "z"
        after.metadata.ownerReferences = [OwnerReference(apiVersion: "v1", kind: "Pod", name: "p", uid: "u")]
        after.spec.externalIPs = ["192.0.2.1"]
        after.spec.clusterIP = "10.96.0.1"
        after.spec.internalTrafficPolicy = "Local"
        after.status?.conditions = [Condition(type: "Other", status: .true)]
        #expect(AddressedService(before) == AddressedService(after))
        after.status?.conditions?.append(Condition(type: key, status: .true))
        #expect(AddressedService(before) != AddressedService(after))
        #expect(AddressedService(after).status?.conditions == [Condition(type: key, status: .true)])
    }

    @Test func `metadata and status come out as they went in`() {
        var service = large()
        service.metadata.uid = "8f14e45f-ceea-467f-a0e6-0123456789ab"
        service.metadata.resourceVersion = "17"
        service.metadata.generation = 3
        service.metadata.deletionTimestamp = later
        service.status = Service.Status(
            loadBalancer: .init(ingress: [.init(ip: "192.0.2.1", ipMode: "VIP"), .init(hostname: "a.example")]),
            conditions: [
                Condition(
                    type: ConditionType.addressRequestSatisfied.rawValue,
                    status: .false,
                    reason: "R",
                    message: "M"
                )
            ]
        )
        var kept = AddressedService(service)
        var metadata = service.metadata
        metadata.labels = nil
        metadata.annotations = nil
        #expect(kept.metadata == metadata && kept.status == service.status && kept.key == service.key)
        kept.metadata.resourceVersion = "18"
        kept.status = nil
        #expect(kept.metadata.resourceVersion == "18" && kept.status == nil)
        #expect(AddressedService(service).metadata.resourceVersion == "17")
    }

    @Test func `labels are found whatever is in them, and two that no one can spoof before them`() {
        let labels = ["": "empty", "a": "", "ab": "ä", "io.kubernetes.service.name": "another"]
        let request = AddressRequest(loadBalancer("web", in: "shop", labels: labels), clusterFamilies: [.ipv4])
        #expect(["", "a", "ab", "b"].map { request?.label($0) } == ["empty", "", "ä", nil])
        #expect(request?.label("io.kubernetes.service.name") == "web")
        #expect(request?.label("io.kubernetes.service.namespace") == "shop")
        #expect(PackedLabels([:]).isEmpty && PackedLabels(labels) == PackedLabels(labels))
    }

    @Test func `ports are in order, each once, with their protocol`() {
        let ports = ServedPorts([
            .init(protocol: "UDP", port: 53), .init(port: 443), .init(protocol: "TCP", port: 53),
            .init(protocol: "UDP", port: 53), .init(protocol: "SCTP", port: 53),
        ])
        #expect(ports.map(\.description) == ["SCTP/53", "TCP/53", "UDP/53", "TCP/443"])
        #expect(ports.contains(ServedPort(transport: "TCP", number: 443)))
        #expect(!ports.contains(ServedPort(transport: "UDP", number: 443)))
        let other = ServedPorts([.init(port: 53), .init(port: 80), .init(protocol: "UDP", port: 443)])
        #expect(ports.common(with: other).map(\.description) == ["TCP/53"])
        #expect(other.common(with: ports).map(\.description) == ["TCP/53"])
    }

    @Test func `the first namespaces to share with are considered, and the others reported`() {
        var world = PoolWorld()
        world.setPools(pool("p", network("192.0.2.0/24")))
        let names = (0..<70).map { "ns\($0)" }.joined(separator: ",")
        world.put(
            loadBalancer(
                "web",
                annotations: ["martlet.dev/sharing-key": "k", "martlet.dev/sharing-cross-namespace": names]
            )
        )
        #expect(world.addresses("web") == ["192.0.2.0"])
        #expect(world.reason("web") == "TooManyNamespaces")
        #expect(
            world.message("web")
                == "6 of the namespaces to share with are not looked at: a service can name 64, or * for all"
        )
    }
}
