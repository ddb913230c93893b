import BGPResources
import BGPTypes
package import KubeModel
import PlainText
package import Planning

/// What tests of the bounds on one tenant's routes have in common, for suites that decide and suites that explain.
package protocol RouteBoundFixture {}

extension RouteBoundFixture {
    /// As many addresses from 203.0.0.0 on, in order.
    package func external(_ count: Int, from first: UInt32 = 0) -> [String] {
        (0..<UInt32(count)).map { IPv4Address(rawValue: 0xCB00_0000 + first + $0).description }
    }

    /// A node that announces these Services, each with one ready endpoint there.
    package func world(_ services: [Service], bounds: RouteBounds = RouteBounds()) -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry([.loadBalancerIP, .externalIP])])]
        world.services = services
        world.slices = services.map {
            slice(of: $0.metadata.name, namespace: $0.metadata.namespace ?? "", [.ready("n1")])
        }
        world.gates.bounds = bounds
        return world
    }

    /// A Service that was created so many seconds after 1970.
    package func aged(
        _ name: String,
        _ address: String,
        created: Double?,
        namespace: String = "shop"
    ) -> Service {
        var made = service(name, namespace: namespace, loadBalancer: [address])
        made.metadata.creationTimestamp = created.map { Timestamp(secondsSinceEpoch: $0) }
        return made
    }
}
