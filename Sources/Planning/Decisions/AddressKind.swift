package import BGPResources
package import BGPTypes
package import KubeJSON
import KubeModel

/// The kinds of addresses that a Service can be reached at.
package typealias AddressKind = BGPAdvertisement.AddressKind

extension BGPAdvertisement.AddressKind: Comparable {
    /// In the order of the schema.
    package static func < (left: Self, right: Self) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .loadBalancerIP: 0
        case .externalIP: 1
        case .clusterIP: 2
        }
    }

    /// The Service field that lists the addresses.
    package var field: FieldPath {
        switch self {
        case .loadBalancerIP: "status.loadBalancer.ingress"
        case .externalIP: "spec.externalIPs"
        case .clusterIP: "spec.clusterIPs"
        }
    }

    /// The Service field that decides whether a node without endpoints announces; the other policy never matters.
    package var policyField: FieldPath {
        self == .clusterIP ? "spec.internalTrafficPolicy" : "spec.externalTrafficPolicy"
    }
}

/// One address of a Service and what kind it is.
package struct ServiceAddress: Hashable, Sendable, Comparable {
    package let kind: AddressKind
    package let address: IPAddress

    /// Names an address.
    package init(kind: AddressKind, address: IPAddress) {
        self.kind = kind
        self.address = address
    }

    /// By kind, then address.
    package static func < (left: ServiceAddress, right: ServiceAddress) -> Bool {
        left.kind == right.kind ? left.address < right.address : left.kind < right.kind
    }
}
