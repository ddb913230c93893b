import KubeModel

extension AddressHolders {
    /// What Services that share an address have in common, and what of it is in use, so that one more is compared with
    /// all of them at once.
    struct Sharers: Sendable {
        /// That of the oldest; nil when that has none any more.
        let key: String?
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

        init(_ first: AddressRequest.Sharing) {
            key = first.key
            policy = first.policy
            selector = first.selector
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
            guard sharing.key == key else {
                let isMissing = sharing.key == nil || key == nil
                return Obstacle(own, isMissing ? AddressRequest.Sharing.keyMissing : AddressRequest.Sharing.keysDiffer)
            }
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

        /// Whether a Service that had the address before them can go on beside these: they serve other ports, and are of its
        /// namespace or permit it.
        func canStay(_ sharing: AddressRequest.Sharing) -> Bool {
            guard sharing.ports.allSatisfy({ ports[$0] == nil }) else { return false }
            if namespaces.count == 1, namespaces[sharing.namespace] != nil { return true }
            return sharing.key != nil && sharing.key == key && isPermitted(sharing)
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
