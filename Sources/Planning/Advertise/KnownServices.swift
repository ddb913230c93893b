import BGPTypes
import KubeModel

/// The Services that a node decides about, with their endpoints and what they contribute to its routes.
///
/// A Service costs some 40 octets besides what the store holds of it and of its slices, since there can be very many. What a
/// decision needs of one is read out of that each time.
struct KnownServices: Sendable {
    /// The slices of a Service; nearly every one has one.
    fileprivate enum Slices: Sendable {
        case none
        case one(ServiceEndpoints)
        case several([ServiceEndpoints])

        var list: [ServiceEndpoints] {
            switch self {
            case .none: []
            case .one(let slice): [slice]
            case .several(let list): list
            }
        }

        init(_ list: [ServiceEndpoints]) {
            self = list.count > 1 ? .several(list) : list.first.map { .one($0) } ?? .none
        }
    }

    /// What one address of a Service contributes by one rule.
    fileprivate struct PackedCandidate: Sendable {
        let address: IPAddress
        let kind: AddressKind
        let length: UInt8
        let rule: Int32
    }

    fileprivate struct Entry: Named, Sendable {
        /// Nil where there are only slices.
        var service: AnnouncedService?
        var slices = Slices.none
        var foreign: [ServiceAddress: AddressOwner] = [:]
        var candidates: [PackedCandidate] = []
        var number: Int32?

        var key: ObjectKey { service?.key ?? slices.list.first?.serviceKey ?? ObjectKey(name: "") }

        var isEmpty: Bool {
            guard service == nil, case .none = slices else { return false }
            return true
        }
    }

    private var entries = ObjectTable<Entry>()
    private var slices = ObjectTable<ServiceEndpoints>()
    private let node: String
    private let bounds: RouteBounds
    private let classes: LoadBalancerClasses

    /// No Services; `node` is the one whose endpoints are local.
    init(node: String, bounds: RouteBounds, classes: LoadBalancerClasses) {
        self.node = node
        self.bounds = bounds
        self.classes = classes
    }

    /// What is known of a Service.
    subscript(key: ObjectKey) -> ServiceFacts? { entries[key].flatMap(facts) }

    /// The names of all Services, in order.
    var keys: [ObjectKey] { keys { _ in true } }

    /// The names of those Services that meet a condition, in order.
    func keys(where condition: (AnnouncedService) -> Bool) -> [ObjectKey] {
        entries.compactMap { entry in entry.service.flatMap { condition($0) ? $0.key : nil } }
    }

    /// Puts a Service in the place of the one of its name, nil where it is gone; whose its addresses are is to be found anew.
    mutating func put(_ service: AnnouncedService?, at key: ObjectKey) {
        change(key) { entry in
            entry.service = service
            entry.foreign = [:]
            entry.number = nil
        }
    }

    /// Notes which addresses of a Service are another's.
    mutating func setForeign(_ foreign: [ServiceAddress: AddressOwner], of key: ObjectKey) {
        _ = entries.change(key) { $0.foreign = foreign }
    }

    /// Notes what a Service is to `AddressHoldings`.
    mutating func setNumber(_ number: Int32?, of key: ObjectKey) {
        _ = entries.change(key) { $0.number = $0.service == nil ? nil : number }
    }

    /// Puts a slice in the place of the one of its name, nil where it is gone; returns the Services that it belongs to or has
    /// belonged to.
    mutating func file(_ slice: ServiceEndpoints?, as key: ObjectKey) -> [ObjectKey] {
        var concerned: [ObjectKey] = []
        if let service = slices[key]?.serviceKey {
            concerned.append(service)
            change(service) { entry in entry.slices = Slices(entry.slices.list.filter { $0.key != key }) }
        }
        guard let slice, let service = slice.serviceKey, slice.family != nil else {
            slices.remove(key)
            // One of no family is no endpoint, and still somebody's.
            return concerned + (slice?.serviceKey.map { [$0] } ?? [])
        }
        slices.put(slice)
        change(service) { entry in entry.slices = Slices(entry.slices.list + [slice]) }
        return concerned + [service]
    }

    private mutating func change(_ key: ObjectKey, _ body: (inout Entry) -> Void) {
        var entry = entries[key] ?? Entry()
        body(&entry)
        if entry.isEmpty { entries.remove(key) } else { entries.put(entry) }
    }

    private func facts(_ entry: Entry) -> ServiceFacts? {
        guard let service = entry.service else { return nil }
        var facts = ServiceFacts(service, bounds: bounds, classes: classes)
        facts.foreign = entry.foreign
        facts.number = entry.number
        switch entry.slices {
        case .none: break
        case .one(let slice): facts.setEndpoints(CollectionOfOne(slice), on: node)
        case .several(let list): facts.setEndpoints(list, on: node)
        }
        return facts
    }
}

// What Services contribute to routes.
extension KnownServices {
    /// The Services that contribute anything, with all of it.
    var candidates: [(service: ObjectKey, candidates: [RouteCandidate])] {
        entries.compactMap { entry in
            entry.candidates.isEmpty ? nil : (entry.key, entry.candidates.map(\.candidate))
        }
    }

    /// What a Service contributes.
    func candidates(of key: ObjectKey) -> [RouteCandidate] { (entries[key]?.candidates ?? []).map(\.candidate) }

    /// The names of the Services of which a rule contributes something.
    func keys(by rules: Set<Int>) -> [ObjectKey] {
        entries.compactMap { entry in
            entry.candidates.contains { rules.contains(Int($0.rule)) } ? entry.key : nil
        }
    }

    /// Notes what a Service contributes.
    mutating func setCandidates(_ candidates: [RouteCandidate], of key: ObjectKey) {
        let candidates = candidates.compactMap(PackedCandidate.init)
        _ = entries.change(key) { $0.candidates = candidates }
    }

    /// Takes note that nothing is contributed any more.
    mutating func removeAllCandidates() { entries.changeAll { $0.candidates = [] } }
}

extension KnownServices.PackedCandidate {
    fileprivate init?(_ candidate: RouteCandidate) {
        guard case .address(let address) = candidate.origin else { return nil }
        self.init(
            address: address.address,
            kind: address.kind,
            length: candidate.prefix.length,
            rule: Int32(truncatingIfNeeded: candidate.rule)
        )
    }

    fileprivate var candidate: RouteCandidate {
        RouteCandidate(
            rule: Int(rule),
            prefix: IPPrefix(masking: address, length: length) ?? IPPrefix(host: address),
            origin: .address(ServiceAddress(kind: kind, address: address))
        )
    }
}

extension KnownServices: Sequence {
    /// Reads out one Service after the other.
    struct Iterator: IteratorProtocol {
        fileprivate var entries: ObjectTable<Entry>.Iterator
        fileprivate let known: KnownServices

        mutating func next() -> (key: ObjectKey, facts: ServiceFacts)? {
            while let entry = entries.next() {
                if let facts = known.facts(entry) { return (facts.key, facts) }
            }
            return nil
        }
    }

    func makeIterator() -> Iterator { Iterator(entries: entries.makeIterator(), known: self) }
}
