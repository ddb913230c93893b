package import Addressing
package import KubeModel

/// What a Service asks of address allocation, read from its spec and annotations.
package struct AddressRequest: Hashable, Sendable {
    /// Which Service.
    package let service: ObjectKey
    /// Its labels with the two that no one can spoof, as pool selectors see them.
    package let labels: [String: String]
    /// When it was created; of two Services with equal claims the older wins.
    package let created: Timestamp?
    /// The families it wants an address of each, in its order; empty when single addresses are asked for.
    package let families: [IPFamily]
    /// The very addresses it asks for, sorted; empty when any will do.
    package let addresses: [IPAddress]
    /// Requests that are no address, as written.
    package let unreadable: [String]
    /// The pool it asks for.
    package let pool: String?
    /// What decides whether it can share an address with another Service.
    package let sharing: Sharing
    /// The addresses its status has now, in the status' order.
    package let assigned: [IPAddress]

    /// What decides whether two Services can have the same address.
    package struct Sharing: Hashable, Sendable {
        /// The key both must carry; nil never shares.
        package let key: String?
        /// The Service's namespace.
        package let namespace: String
        /// The other namespaces it shares with; `*` is every one.
        package let namespaces: Set<String>
        /// Its ports, each with its protocol.
        package let ports: Set<Port>
        /// How nodes treat its external traffic.
        package let policy: Service.TrafficPolicy
        /// The pods behind it.
        package let selector: [String: String]
    }

    /// A port number of a transport protocol; TCP/53 and UDP/53 are two.
    package struct Port: Hashable, Sendable, Comparable, CustomStringConvertible {
        /// `TCP`, `UDP` or `SCTP`.
        package let transport: String
        /// 1 to 65535.
        package let number: Int32

        /// By number, then protocol.
        package static func < (left: Port, right: Port) -> Bool {
            (left.number, left.transport) < (right.number, right.transport)
        }

        /// `TCP/53`.
        package var description: String { "\(transport)/\(number)" }
    }
}

extension AddressRequest {
    /// The `loadBalancerClass` that is ours; an absent one is too.
    package static let loadBalancerClass = "martlet.dev/bgp"

    /// The annotations of a Service that are read, under our own names.
    package static let annotations = ["ips", "pool", "sharing-cross-namespace", "sharing-key"].map {
        "martlet.dev/\($0)"
    }

    /// The request of a Service; nil when it is none of ours: another type, another class, or going away.
    ///
    /// `clusterFamilies` are those the cluster has, for a Service that lists none.
    package init?(_ service: Service, clusterFamilies: [IPFamily]) {
        guard service.spec.type == "LoadBalancer", service.metadata.deletionTimestamp == nil,
            service.spec.loadBalancerClass.map({ $0 == Self.loadBalancerClass }) ?? true
        else { return nil }
        let namespace = service.metadata.namespace ?? "default"
        self.service = ObjectKey(namespace: namespace, name: service.metadata.name)
        labels = (service.metadata.labels ?? [:]).merging(
            [
                "io.kubernetes.service.name": service.metadata.name,
                "io.kubernetes.service.namespace": namespace,
            ],
            uniquingKeysWith: { $1 }
        )
        created = service.metadata.creationTimestamp

        let annotations = service.metadata.annotations ?? [:]
        let texts = Self.requested(service, annotations)
        let readable = texts.compactMap { IPAddress($0) }
        addresses = Set(readable).sorted()
        unreadable = texts.filter { IPAddress($0) == nil }
        families = addresses.isEmpty ? Self.families(service, clusterFamilies) : []
        pool = annotations["martlet.dev/pool"].flatMap { $0.isEmpty ? nil : $0 }
        sharing = Sharing(
            key: Self.first(annotations, Self.keyNames),
            namespace: namespace,
            namespaces: Set(Self.list(Self.first(annotations, Self.namespaceNames))),
            ports: Set(
                (service.spec.ports ?? []).map { Port(transport: $0.protocol ?? "TCP", number: $0.port) }
            ),
            policy: service.externalTrafficPolicy,
            selector: service.spec.selector ?? [:]
        )
        assigned = (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
    }

    private static let addressNames = names("ips")
    private static let keyNames = names("sharing-key")
    private static let namespaceNames = names("sharing-cross-namespace")

    /// Our name of an annotation and those that manifests written for Cilium carry.
    private static func names(_ name: String) -> [String] {
        ["martlet.dev/\(name)", "lbipam.cilium.io/\(name)", "io.cilium/lb-ipam-\(name)"]
    }

    private static func first(_ annotations: [String: String], _ names: [String]) -> String? {
        names.lazy.compactMap { annotations[$0] }.first { !$0.isEmpty }
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }.filter { !$0.isEmpty }
    }

    private static func requested(_ service: Service, _ annotations: [String: String]) -> [String] {
        let field = service.spec.loadBalancerIP.flatMap { $0.isEmpty ? nil : [$0] } ?? []
        return field + list(first(annotations, addressNames))
    }

    /// The table of families: the first listed for a single stack, every listed one where two are preferred, all
    /// of the cluster's where two are required.
    private static func families(_ service: Service, _ clusterFamilies: [IPFamily]) -> [IPFamily] {
        let listed = (service.spec.ipFamilies ?? []).compactMap { name in
            switch name {
            case "IPv4": IPFamily.ipv4
            case "IPv6": IPFamily.ipv6
            default: nil
            }
        }
        switch service.spec.ipFamilyPolicy {
        case "RequireDualStack": return listed + clusterFamilies.filter { !listed.contains($0) }
        case "PreferDualStack": return listed.isEmpty ? clusterFamilies : listed
        default: return Array((listed.isEmpty ? clusterFamilies : listed).prefix(1))
        }
    }
}

extension AddressRequest.Sharing {
    /// Why two Services cannot have the same address; nil when they can.
    package func obstacle(to other: AddressRequest.Sharing) -> String? {
        guard let key, let otherKey = other.key else { return "only one of them has a sharing key" }
        guard key == otherKey else { return "the sharing keys differ (\(key), \(otherKey))" }
        if namespace != other.namespace, !(permits(other.namespace) && other.permits(namespace)) {
            return "namespaces \(namespace) and \(other.namespace) do not both permit sharing with each other"
        }
        let common = ports.intersection(other.ports).sorted()
        guard common.isEmpty else {
            return "both serve \(common.map(\.description).joined(separator: ", "))"
        }
        guard policy == other.policy else { return "the external traffic policies differ" }
        if policy == .local, selector.isEmpty || selector != other.selector {
            return "with externalTrafficPolicy Local both need the same selector"
        }
        return nil
    }

    private func permits(_ namespace: String) -> Bool {
        namespaces.contains("*") || namespaces.contains(namespace)
    }
}
