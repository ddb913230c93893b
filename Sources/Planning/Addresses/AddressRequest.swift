package import BGPTypes
package import KubeModel
package import PlainText

/// What a Service asks of address allocation, read from its spec and annotations.
package struct AddressRequest: Hashable, Sendable {
    package let service: ObjectKey
    private let labels: PackedLabels
    /// When it was created; of two Services with equal claims the older wins.
    package let created: Timestamp?
    /// The families it wants an address of each, in its order; empty when single addresses are asked for.
    package let families: [IPFamily]
    /// How many families it would have an address of: as many addresses it may ask for where pools do not say more.
    package let stack: Int
    /// The very addresses it asks for, in its order, the first `AddressLimits.perService` and those that it has; empty
    /// when any will do.
    package let addresses: [IPAddress]
    private let wanted: Set<IPAddress>
    /// What of it is not followed.
    package let excess: Excess
    /// The pool it asks for.
    package let pool: String?
    /// What decides whether it can share an address with another Service.
    package let sharing: Sharing
    /// What it has now.
    package let status: Status

    /// What a Service asks for beyond what is looked at, or in words that are no address.
    package struct Excess: Hashable, Sendable {
        /// How many addresses.
        package let addresses: Int
        /// The first request that is no address, as written.
        package let unreadable: String?
        /// How many namespaces it would share with.
        package let namespaces: Int
    }

    /// What a Service's status has.
    package struct Status: Hashable, Sendable {
        /// Its addresses, in its order.
        package let assigned: [IPAddress]
        /// Whether it has names, or what is no address.
        package let hasOtherEntries: Bool
        /// Whether its condition says that it has all it asked for, which only we write there.
        package let isToldServed: Bool
        /// What it has, as written, the first few.
        package let entries: [String]
    }

    /// What decides whether two Services can have the same address.
    package struct Sharing: Hashable, Sendable {
        /// The key both must carry; nil never shares.
        package let key: String?
        /// The Service's namespace.
        package let namespace: String
        /// The other namespaces it shares with, the first `AddressLimits.namespaces`; `*` is every one.
        package let namespaces: Set<String>
        /// Its ports, each with its protocol.
        package let ports: ServedPorts
        /// How nodes treat its external traffic.
        package let policy: Service.TrafficPolicy
        /// The pods behind it.
        package let selector: PackedLabels
    }
}

extension AddressRequest {
    /// The annotations of a Service that are read, under our own names.
    package static let annotations = ["ips", "pool", "sharing-cross-namespace", "sharing-key"].map {
        "martlet.dev/\($0)"
    }

    /// The annotations of a Service that are read because manifests written for Cilium carry them.
    package static let annotationsOfCilium = ["ips", "sharing-cross-namespace", "sharing-key"].flatMap {
        ["lbipam.cilium.io/\($0)", "io.cilium/lb-ipam-\($0)"]
    }

    /// The request of a Service; nil when it is none of ours: another type, another class, or going away.
    ///
    /// `clusterFamilies` are those the cluster has, for a Service that lists none.
    package init?(_ service: Service, clusterFamilies: [IPFamily], classes: LoadBalancerClasses = .standard) {
        self.init(AddressedService(service), clusterFamilies: clusterFamilies, classes: classes)
    }

    /// The request of a Service that is kept as little as can be.
    package init?(
        _ service: AddressedService,
        clusterFamilies: [IPFamily],
        classes: LoadBalancerClasses = .standard
    ) {
        let (metadata, spec, status) = (service.metadata, service.spec, service.status)
        guard spec.type == "LoadBalancer", metadata.deletionTimestamp == nil,
            classes.include(spec.loadBalancerClass)
        else { return nil }
        let namespace = metadata.namespace ?? "default"
        self.service = ObjectKey(namespace: namespace, name: metadata.name)
        labels = service.labels
        created = metadata.creationTimestamp

        let annotations = service.annotations
        let ingress = status?.loadBalancer?.ingress ?? []
        let assigned = ingress.compactMap { $0.ip.flatMap { IPAddress($0) } }
        self.status = Status(
            assigned: assigned,
            hasOtherEntries: assigned.count < ingress.count,
            isToldServed: status?.conditions?.of(.addressRequestSatisfied)?.status == .true,
            entries: ingress.prefix(6).compactMap { $0.ip ?? $0.hostname }
        )
        var wishes = Wishes(assigned: assigned)
        if let field = spec.loadBalancerIP, !field.isEmpty { wishes.add(Substring(field)) }
        for text in Self.list(Self.first(annotations, Self.addressNames)) { wishes.add(text) }
        addresses = wishes.addresses
        wanted = wishes.known
        let families = Self.families(spec, clusterFamilies)
        stack = max(1, families.count)
        self.families = addresses.isEmpty ? families : []
        pool = annotations["martlet.dev/pool"].flatMap { $0.isEmpty ? nil : $0 }
        var namespaces: Set<String> = []
        var unread = 0
        for name in Self.list(Self.first(annotations, Self.namespaceNames)).lazy.map(String.init) {
            if namespaces.count < AddressLimits.namespaces {
                namespaces.insert(name)
            } else if !namespaces.contains(name) {
                unread += 1
            }
        }
        excess = Excess(addresses: wishes.surplus, unreadable: wishes.unreadable, namespaces: unread)
        sharing = Sharing(
            key: Self.sharingKey(annotations),
            namespace: namespace,
            namespaces: namespaces,
            ports: service.ports,
            policy: service.externalTrafficPolicy,
            selector: service.selector
        )
    }

    /// Whether the Service asks for an address by itself.
    package func asks(for address: IPAddress) -> Bool { wanted.contains(address) }

    /// A label as pool selectors see it, with the two that no one can spoof.
    package func label(_ name: String) -> String? {
        switch name {
        case "io.kubernetes.service.name": service.name
        case "io.kubernetes.service.namespace": sharing.namespace
        default: labels[name]
        }
    }

    /// The sharing key among annotations, without which neither ports nor pods matter to a Service's addresses.
    static func sharingKey(_ annotations: [String: String]) -> String? { first(annotations, keyNames) }

    /// Those annotations that are read.
    static func read(_ annotations: [String: String]) -> [String: String] {
        annotations.filter { readNames.contains($0.key) }
    }

    /// The key of those that a Service shares its addresses with; nil when it shares them with none.
    package static func sharingKey(of service: Service) -> String? {
        first(service.metadata.annotations ?? [:], keyNames)
    }

    /// The other namespaces that a Service shares its addresses with.
    static func sharingNamespaces(of service: Service) -> Set<String> {
        Set(list(first(service.metadata.annotations ?? [:], namespaceNames)).map(String.init))
    }

    private static let addressNames = names("ips")
    private static let keyNames = names("sharing-key")
    private static let namespaceNames = names("sharing-cross-namespace")
    private static let readNames = Set(addressNames + keyNames + namespaceNames + ["martlet.dev/pool"])

    /// Our name of an annotation and those that manifests written for Cilium carry.
    private static func names(_ name: String) -> [String] {
        ["martlet.dev/\(name)", "lbipam.cilium.io/\(name)", "io.cilium/lb-ipam-\(name)"]
    }

    private static func first(_ annotations: [String: String], _ names: [String]) -> String? {
        names.lazy.compactMap { annotations[$0] }.first { !$0.isEmpty }
    }

    /// What stands between commas, without the blanks around it; one after the other, since there can be very many.
    private static func list(_ text: String?) -> some Sequence<Substring> {
        var rest = (text ?? "")[...]
        return AnyIterator<Substring> {
            while !rest.isEmpty {
                let end = rest.utf8.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                var item = rest[..<end].drop { $0 == " " }
                while item.utf8.last == UInt8(ascii: " ") { item = item[..<item.utf8.index(before: item.endIndex)] }
                rest = end == rest.endIndex ? rest[end...] : rest[rest.utf8.index(after: end)...]
                if !item.isEmpty { return item }
            }
            return nil
        }
    }

    /// The addresses asked for, as far as they are looked at.
    private struct Wishes {
        private(set) var addresses: [IPAddress] = []
        private(set) var known: Set<IPAddress> = []
        private(set) var surplus = 0
        private(set) var unreadable: String?
        /// Those that the Service has and was not seen to ask for yet.
        private var kept: Set<IPAddress>

        init(assigned: [IPAddress]) { kept = Set(assigned) }

        mutating func add(_ text: Substring) {
            let isRoom = known.count < AddressLimits.perService
            guard isRoom || !kept.isEmpty else {
                surplus += 1
                return
            }
            guard let address = IPAddress(String(text)) else {
                unreadable = unreadable ?? String(text)
                return
            }
            // What was given stays, also to one that asked for more than it may now.
            let isKept = kept.remove(address) != nil
            guard !known.contains(address) else { return }
            guard isRoom || isKept else {
                surplus += 1
                return
            }
            known.insert(address)
            addresses.append(address)
        }
    }

    /// The table of families: the first listed for a single stack, every listed one where two are preferred, all
    /// of the cluster's where two are required.
    private static func families(_ spec: Service.Spec, _ clusterFamilies: [IPFamily]) -> [IPFamily] {
        let listed = (spec.ipFamilies ?? []).compactMap { IPFamily(word: $0) }
        switch spec.ipFamilyPolicy {
        case "RequireDualStack": return listed + clusterFamilies.filter { !listed.contains($0) }
        case "PreferDualStack": return listed.isEmpty ? clusterFamilies : listed
        default: return Array((listed.isEmpty ? clusterFamilies : listed).prefix(1))
        }
    }
}

extension AddressRequest.Sharing {
    /// Why two Services cannot have the same address; nil when they can.
    ///
    /// The words are for who may know about both. Keys are in none: who knows a key can come to share the address.
    package func obstacle(to other: AddressRequest.Sharing) -> String? {
        guard let key, let otherKey = other.key else { return Self.keyMissing }
        guard key == otherKey else { return Self.keysDiffer }
        if namespace != other.namespace, !(permits(other.namespace) && other.permits(namespace)) {
            return "their namespaces do not both permit sharing with each other"
        }
        let common = ports.common(with: other.ports)
        guard common.isEmpty else { return Self.both(serve: common) }
        return mismatch(policy: other.policy, selector: other.selector)
    }

    static let keyMissing = "only one of them has a sharing key"
    static let keysDiffer = "their sharing keys differ"

    static func both(serve ports: [ServedPort]) -> String {
        "both serve \(ports.map(\.description).asSentence(most: 5))"
    }

    /// What of the way to the pods keeps two Services from having the same address.
    func mismatch(policy other: Service.TrafficPolicy, selector otherSelector: PackedLabels) -> String? {
        guard policy == other else { return "the external traffic policies differ" }
        if policy == .local, selector.isEmpty || selector != otherSelector {
            return "with externalTrafficPolicy Local both need the same selector"
        }
        return nil
    }

    /// Whether the Service shares with those of another namespace.
    func permits(_ namespace: String) -> Bool { permitsAll || namespaces.contains(namespace) }

    /// Whether the Service shares with those of every namespace.
    var permitsAll: Bool { namespaces.contains("*") }
}
