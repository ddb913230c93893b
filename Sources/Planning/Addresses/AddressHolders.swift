import KubeModel

/// Who has one address or a claim on it, and what of that decides who else can have it.
struct AddressHolders: Sendable {
    /// Who has it.
    private(set) var services: Set<ObjectKey> = []
    /// Who may have it, as the ledger says.
    private(set) var claims: Set<ObjectKey> = []
    /// Who has a claim and does not have it.
    private(set) var claimants: Set<ObjectKey> = []
    /// What those have in common who share it; nil when it is not shared.
    private(set) var sharers: Sharers?

    var isEmpty: Bool { services.isEmpty && claims.isEmpty }

    mutating func add(_ service: ObjectKey, _ sharing: AddressRequest.Sharing) {
        services.insert(service)
        claimants.remove(service)
        guard let key = sharing.key else { return }
        if sharers == nil { sharers = Sharers(key: key, policy: sharing.policy, selector: sharing.selector) }
        sharers?.add(service, sharing)
    }

    mutating func remove(_ service: ObjectKey, _ sharing: AddressRequest.Sharing) {
        services.remove(service)
        if claims.contains(service) { claimants.insert(service) }
        if sharing.key != nil { sharers?.remove(service, sharing) }
        if services.isEmpty { sharers = nil }
    }

    mutating func setClaims(_ claims: Set<ObjectKey>) {
        self.claims = claims
        claimants = claims.subtracting(services)
    }
}

extension AddressHolders {
    /// What Services that share an address have in common, and what of it is in use, so that one more is compared with
    /// all of them at once.
    struct Sharers: Sendable {
        let key: String
        private let policy: Service.TrafficPolicy
        /// With policy Local it is everybody's.
        private let selector: PackedLabels
        /// Who serves each port, by number.
        private var ports = PortTable()
        private var members: [UInt32: ObjectKey] = [:]
        private var numbers: [ObjectKey: UInt32] = [:]
        private var lastNumber: UInt32 = 0
        private var permits = Permits()
        private var namespaces: [String: Members] = [:]

        private struct Members {
            var permits = Permits()
            var services = SortedList<ObjectKey>()
        }

        /// How many Services there are, and how many of them share with which other namespace.
        private struct Permits {
            var services = 0
            var all = 0
            var named: [String: Int] = [:]

            mutating func count(_ sharing: AddressRequest.Sharing, _ step: Int) {
                services += step
                guard !sharing.permitsAll else {
                    all += step
                    return
                }
                for namespace in sharing.namespaces {
                    let count = named[namespace, default: 0] + step
                    named[namespace] = count > 0 ? count : nil
                }
            }

            func refuse(_ namespace: String) -> Int { services - all - named[namespace, default: 0] }
        }

        init(key: String, policy: Service.TrafficPolicy, selector: PackedLabels) {
            self.key = key
            self.policy = policy
            self.selector = selector
        }

        mutating func add(_ service: ObjectKey, _ sharing: AddressRequest.Sharing) {
            lastNumber &+= 1
            members[lastNumber] = service
            numbers[service] = lastNumber
            for port in sharing.ports { ports[port] = lastNumber }
            permits.count(sharing, 1)
            namespaces[sharing.namespace, default: Members()].permits.count(sharing, 1)
            namespaces[sharing.namespace]?.services.insert(service)
        }

        mutating func remove(_ service: ObjectKey, _ sharing: AddressRequest.Sharing) {
            if let number = numbers.removeValue(forKey: service) {
                members[number] = nil
                for port in sharing.ports where ports[port] == number { ports[port] = nil }
            }
            permits.count(sharing, -1)
            namespaces[sharing.namespace]?.permits.count(sharing, -1)
            namespaces[sharing.namespace]?.services.remove(service)
            if namespaces[sharing.namespace]?.services.isEmpty == true { namespaces[sharing.namespace] = nil }
        }

        /// The first few namespaces of those who share.
        var someNamespaces: ArraySlice<String> { namespaces.keys.sorted().prefix(AddressLimits.tries) }

        /// The first by name of those in a namespace.
        func member(of namespace: String) -> ObjectKey? { namespaces[namespace]?.services.first }

        /// Why a Service cannot join; nil when it can.
        func obstacle(to sharing: AddressRequest.Sharing) -> Obstacle? {
            let own = member(of: sharing.namespace)
            guard sharing.key == key else { return Obstacle(own, AddressRequest.Sharing.keysDiffer) }
            guard isPermitted(sharing) else { return .ofOthers }
            var taken: [(port: ServedPort, by: ObjectKey)] = []
            for port in sharing.ports {
                guard let other = server(of: port) else { continue }
                guard other.namespace == sharing.namespace else { return .ofOthers }
                taken.append((port, other))
            }
            if let holder = taken.map(\.by).min() {
                let common = taken.filter { $0.by == holder }.map(\.port)
                return Obstacle(holder, AddressRequest.Sharing.both(serve: common))
            }
            return sharing.mismatch(policy: policy, selector: selector).map { Obstacle(own, $0) }
        }

        private func server(of port: ServedPort) -> ObjectKey? { ports[port].flatMap { members[$0] } }

        private func isPermitted(_ sharing: AddressRequest.Sharing) -> Bool {
            let own = namespaces[sharing.namespace]
            let others = namespaces.count - (own == nil ? 0 : 1)
            guard others > 0 else { return true }
            let refuse = permits.refuse(sharing.namespace) - (own?.permits.refuse(sharing.namespace) ?? 0)
            guard refuse == 0 else { return false }
            guard !sharing.permitsAll else { return true }
            let permitted = sharing.namespaces.filter { $0 != sharing.namespace && namespaces[$0] != nil }
            return permitted.count == others
        }
    }

    /// What keeps a Service from sharing an address.
    struct Obstacle {
        /// Who of the Service's own namespace is in the way; nil when somebody else is, of whom nothing is told.
        let holder: ObjectKey?
        /// In words, about the holder.
        let words: String

        /// `holder` is nil for somebody of another namespace.
        init(_ holder: ObjectKey?, _ words: String) {
            self.holder = holder
            self.words = words
        }

        static let ofOthers = Obstacle(nil, "")
    }
}
