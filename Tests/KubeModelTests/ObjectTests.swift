import KubeJSON
import KubeModel
import PlainText
import TestSupport
import Testing

@Suite struct ObjectTests {
    @Test(arguments: [
        (Service.type, "/api/v1/services", "/api/v1/namespaces/shop/services/web"),
        (Node.type, "/api/v1/nodes", "/api/v1/nodes/web"),
        (
            EndpointSlice.type, "/apis/discovery.k8s.io/v1/endpointslices",
            "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/web"
        ),
        (
            Lease.type, "/apis/coordination.k8s.io/v1/leases", "/apis/coordination.k8s.io/v1/namespaces/shop/leases/web"
        ),
    ])
    func `an object knows its place in the API`(type: ResourceType, collection: String, object: String) {
        #expect(type.path() == collection)
        #expect(type.path(ObjectKey(namespace: type.isNamespaced ? "shop" : nil, name: "web")) == object)
        #expect(Node.type.path(namespace: "ignored") == "/api/v1/nodes")
    }

    @Test func `an object is written as a manifest with its kind`() throws {
        let node = Node(metadata: ObjectMeta(name: "n1"), spec: Node.Spec(podCIDRs: ["10.0.0.0/24"]))
        #expect(
            try node.manifest() == [
                "apiVersion": "v1", "kind": "Node", "metadata": ["name": "n1"], "spec": ["podCIDRs": ["10.0.0.0/24"]],
            ]
        )
        #expect(try JSON.decode(Node.self, from: node.manifest()) == node)
    }

    @Test func `an object decodes the known fields and skips the rest`() throws {
        let text = """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop","managedFields":[{}],
             "selfLink":"/x"},"spec":{"type":"LoadBalancer","sessionAffinity":"None","ports":[{"port":443,"targetPort":"tls"}],
             "externalTrafficPolicy":"Local","futureField":{"a":[1]}},"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.1",
             "ports":[]}]}}}
            """
        let service = try JSON.decode(Service.self, from: text)
        #expect(service.key.description == "shop/web")
        #expect(service.reference.description == "Service/shop/web")
        #expect(service.spec.ports == [Service.Port(port: 443)])
        #expect(service.status?.loadBalancer?.ingress == [Service.Ingress(ip: "10.0.0.1")])
        #expect(service.externalTrafficPolicy == .local)
        #expect(service.internalTrafficPolicy == .cluster)
    }

    @Test(arguments: [
        (nil, Service.TrafficPolicy.cluster), ("Cluster", .cluster), ("Local", .local), ("Nearby", .cluster),
    ])
    func `an unknown traffic policy counts as Cluster`(word: String?, policy: Service.TrafficPolicy) {
        var service = Service(metadata: ObjectMeta(name: "web"), spec: Service.Spec())
        service.spec.externalTrafficPolicy = word
        service.spec.internalTrafficPolicy = word
        #expect(service.externalTrafficPolicy == policy)
        #expect(service.internalTrafficPolicy == policy)
    }

    @Test func `the label of a slice names its service`() {
        let labels = ["kubernetes.io/service-name": "web"]
        let slice = EndpointSlice(
            metadata: ObjectMeta(name: "web-x", namespace: "shop", labels: labels),
            addressType: "IPv4"
        )
        #expect(slice.serviceKey == ObjectKey(namespace: "shop", name: "web"))
        #expect(EndpointSlice(metadata: ObjectMeta(name: "x"), addressType: "IPv4").serviceKey == nil)
    }

    @Test func `a node lists its internal addresses and pod networks in its own order`() {
        let addresses = [
            ("InternalIP", "10.0.0.2"), ("Hostname", "n1"), ("ExternalIP", "203.0.113.1"), ("InternalIP", "fd00::2"),
        ]
        let status = Node.Status(addresses: addresses.map { Node.Address(type: $0.0, address: $0.1) })
        var node = Node(metadata: ObjectMeta(name: "n1"), spec: Node.Spec(podCIDR: "10.1.0.0/24"), status: status)
        #expect(node.internalIPs == ["10.0.0.2", "fd00::2"])
        #expect(node.podCIDRs == ["10.1.0.0/24"])
        node.spec?.podCIDRs = ["10.1.0.0/24", "fd01::/64"]
        #expect(node.podCIDRs == ["10.1.0.0/24", "fd01::/64"])
        node.spec = nil
        #expect(node.podCIDRs == [])
    }

    @Test func `objects are ordered by namespace and name`() {
        let keys = [("b", "a"), (nil, "z"), ("a", "b"), ("a", "a")].map { ObjectKey(namespace: $0.0, name: $0.1) }
        #expect(keys.sorted().map(\.description) == ["z", "a/a", "a/b", "b/a"])
    }

    @Test func `an object knows its one controller`() {
        let owners = [
            OwnerReference(apiVersion: "v1", kind: "Node", name: "n1", uid: "1"),
            OwnerReference(
                apiVersion: "martlet.dev/v2",
                kind: "BGPClusterConfig",
                name: "rack",
                uid: "2",
                controller: true
            ),
        ]
        #expect(ObjectMeta(name: "x", ownerReferences: owners).controller == owners[1])
        #expect(ObjectMeta(name: "x").controller == nil)
    }

    @Test(arguments: ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"])
    func `an object is read from a line of a watch`(word: String) throws {
        let event = try JSON.decode(WatchEvent.self, from: #"{"type":"\#(word)","object":{"kind":"Node"}}"#)
        #expect(event == WatchEvent(type: try #require(WatchEvent.Kind(rawValue: word)), object: ["kind": "Node"]))
    }
}

@Suite struct ConditionTests {
    @Test func `a condition keeps its transition time while its status stays`() {
        let old = Timestamp(secondsSinceEpoch: 100)
        let now = Timestamp(secondsSinceEpoch: 200)
        let before = [
            Condition(type: "Same", status: .true, lastTransitionTime: old, reason: "A"),
            Condition(type: "Turned", status: .true, lastTransitionTime: old),
            Condition(type: "Gone", status: .true, lastTransitionTime: old),
        ]
        let wanted = [
            Condition(type: "Turned", status: .false), Condition(type: "Same", status: .true, reason: "B"),
            Condition(type: "New", status: .unknown),
        ]
        #expect(
            wanted.settled(after: before, now: now) == [
                Condition(type: "New", status: .unknown, lastTransitionTime: now),
                Condition(type: "Same", status: .true, lastTransitionTime: old, reason: "B"),
                Condition(type: "Turned", status: .false, lastTransitionTime: now),
            ]
        )
    }

    @Test func `a condition holds only when it is present and True`() {
        let conditions = [Condition(type: "A", status: .true), Condition(type: "B", status: .unknown)]
        #expect(conditions.holds("A"))
        #expect(!conditions.holds("B"))
        #expect(!conditions.holds("C"))
        #expect(conditions.of("B")?.status == .unknown)
    }
}
