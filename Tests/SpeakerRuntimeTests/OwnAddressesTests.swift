import Addressing
import BGPEngine
import KubeModel
import SpeakerRuntime
import Testing

/// Whose the addresses of the node's devices are.
@Suite struct `The node's own addresses` {
    private func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private func network(_ rows: (String, String, UInt8)...) throws -> NodeDevices {
        NodeDevices(try rows.map { NodeAddress(device: $0.0, address: try ip($0.1), length: $0.2) })
    }

    private func node(_ addresses: String...) -> Node {
        Node(
            metadata: ObjectMeta(name: "n1"),
            status: Node.Status(addresses: addresses.map { Node.Address(type: "InternalIP", address: $0) })
        )
    }

    private func service(_ name: String, external: [String] = [], loadBalancer: [String] = []) -> Service {
        var spec = Service.Spec(type: "ClusterIP")
        spec.externalIPs = external
        spec.clusterIP = "10.96.0.9"
        return Service(
            metadata: ObjectMeta(name: name, namespace: "default"),
            spec: spec,
            status: Service.Status(
                loadBalancer: Service.LoadBalancer(ingress: loadBalancer.map { Service.Ingress(ip: $0) })
            )
        )
    }

    @Test func `keep InternalIPs of a family that the Node lists no more, and take others`() throws {
        var own = OwnAddresses()
        #expect(own.follow(node("172.16.10.11", "fd00:16::11")))
        #expect(own.cluster.internalIPs == [try ip("172.16.10.11"), try ip("fd00:16::11")])
        #expect(!own.follow(node("172.16.10.11")))
        #expect(!own.follow(node()))
        #expect(!own.follow(nil))
        #expect(own.follow(node("fd00:16::aa")))
        #expect(own.cluster.internalIPs == [try ip("fd00:16::aa"), try ip("172.16.10.11")])
    }

    @Test func `are Services' where a Service has them, whichever came first`() throws {
        var own = OwnAddresses()
        let vip = service("vip", external: ["172.16.10.5"])
        let other = service("other", loadBalancer: ["172.16.10.6"])
        own.follow(try network(("lan0", "172.16.10.11", 24), ("lan0", "172.16.10.5", 32)))
        #expect(own.follow([:], all: { [vip, other] }))
        #expect(own.cluster.virtual == [try ip("172.16.10.5")])
        // The address comes after its Service.
        own.follow(try network(("lan0", "172.16.10.11", 24), ("lan0", "172.16.10.5", 32), ("lan0", "172.16.10.6", 32)))
        #expect(own.follow([:], all: { [vip, other] }))
        #expect(own.cluster.virtual == [try ip("172.16.10.5"), try ip("172.16.10.6")])
        // The Service goes; nobody else is looked at.
        #expect(
            own.follow(
                [vip.key: nil],
                all: {
                    Issue.record("looked at all"); return []
                }
            )
        )
        #expect(own.cluster.virtual == [try ip("172.16.10.6")])
        #expect(own.follow([other.key: service("other")], all: { [] }))
        #expect(own.cluster.virtual == [])
    }

    @Test func `are not compared with Services for the sake of kube-proxy's own device`() throws {
        var own = OwnAddresses()
        own.follow(try network(("lan0", "172.16.10.11", 24)))
        #expect(!own.follow([:], all: { [] }))
        own.follow(try network(("lan0", "172.16.10.11", 24), ("kube-ipvs0", "10.96.0.9", 32)))
        #expect(
            !own.follow(
                [:],
                all: {
                    Issue.record("looked at all"); return []
                }
            )
        )
        #expect(own.cluster.virtual == [])
    }
}
