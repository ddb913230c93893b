import BGPEngine
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// Whose the addresses of the node's devices are.
@Suite struct OwnAddressesTests {
    private func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    private func devices(_ rows: (String, String, UInt8)...) throws -> NodeDevices {
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

    @Test func `own addresses keep InternalIPs of a family that the Node no longer lists, and accept others`() throws {
        var own = OwnAddresses()
        let steps: [(node: Node?, isNews: Bool, addresses: [String])] = [
            (node("172.16.10.11", "fd00:16::11"), true, ["172.16.10.11", "fd00:16::11"]),
            (node("172.16.10.11"), false, ["172.16.10.11", "fd00:16::11"]),
            (node(), false, ["172.16.10.11", "fd00:16::11"]),
            (nil, false, ["172.16.10.11", "fd00:16::11"]),
            (node("fd00:16::aa"), true, ["fd00:16::aa", "172.16.10.11"]),
        ]
        for step in steps {
            let isNews = own.follow(step.node)
            #expect(isNews == step.isNews)
            #expect(own.cluster.internalIPs == (try step.addresses.map(ip)))
        }
    }

    /// Has the Services looked at, all of them where that is due; the addresses that are Services' then, and whether all were.
    private func virtual(
        _ own: inout OwnAddresses,
        changed: Set<ObjectKey> = [],
        of all: [Service]
    ) -> (addresses: [String], lookedAtAll: Bool) {
        let services = all.map(AnnouncedService.init)
        let isDue = own.isLookDue
        if isDue {
            _ = own.look(at: services)
        } else {
            _ = own.follow(ChangedObjects(all: services, changed: changed))
        }
        return (own.cluster.virtual.sorted().map(\.description), isDue)
    }

    @Test func `own addresses belong to a Service where one has them, whichever came first`() throws {
        var own = OwnAddresses()
        let vip = service("vip", external: ["172.16.10.5"])
        let other = service("other", loadBalancer: ["172.16.10.6"])
        own.follow(try devices(("lan0", "172.16.10.11", 24), ("lan0", "172.16.10.5", 32)))
        var look = virtual(&own, of: [vip, other])
        #expect(look.addresses == ["172.16.10.5"])
        #expect(look.lookedAtAll == true)
        // The address comes after its Service.
        own.follow(try devices(("lan0", "172.16.10.11", 24), ("lan0", "172.16.10.5", 32), ("lan0", "172.16.10.6", 32)))
        look = virtual(&own, of: [vip, other])
        #expect(look.addresses == ["172.16.10.5", "172.16.10.6"])
        #expect(look.lookedAtAll == true)
        // The Service goes; nobody else is looked at.
        look = virtual(&own, changed: [vip.key], of: [other])
        #expect(look.addresses == ["172.16.10.6"])
        #expect(look.lookedAtAll == false)
        look = virtual(&own, changed: [other.key], of: [service("other")])
        #expect(look.addresses == [])
        #expect(look.lookedAtAll == false)
    }

    @Test func `addresses of kube-proxy's own device are not compared with Services`() throws {
        var own = OwnAddresses()
        own.follow(try devices(("lan0", "172.16.10.11", 24)))
        var look = virtual(&own, of: [])
        #expect(look.addresses == [])
        #expect(look.lookedAtAll == true)
        own.follow(try devices(("lan0", "172.16.10.11", 24), ("kube-ipvs0", "10.96.0.9", 32)))
        look = virtual(&own, of: [service("web")])
        #expect(look.addresses == [])
        #expect(look.lookedAtAll == false)
    }
}
