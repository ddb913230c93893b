import BGPResources
import BGPTypes
package import KubeModel

/// One reason for which something that is selected on a node is not announced by it, with what it keeps back.
package struct UnannouncedCause: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The reason's word, as `explain` shows it.
    package let code: ReasonCode
    /// How many objects it concerns.
    package let count: Int
    /// The first of them by name: Services, entries of Advertisements, peers with a family.
    package let names: [String]

    /// The most objects that are named.
    package static let named = 5

    /// A cause; of the names, which are sorted, the first few stay.
    package init(code: ReasonCode, names: some Sequence<String>) {
        self.code = code
        var count = 0
        var first: [String] = []
        for name in names {
            count += 1
            if first.count < Self.named { first.append(name) }
        }
        self.count = count
        self.names = first
    }

    /// By the word.
    package static func < (left: UnannouncedCause, right: UnannouncedCause) -> Bool { left.code < right.code }

    /// `NoUsableEndpoints: Service/shop/web and 3 more`.
    package var description: String {
        let rest = count - names.count
        return "\(code): \(names.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
    }
}

/// The Services of which something is selected and not announced, each with why: what a node keeps back and no limit or
/// session accounts for, and what other nodes may announce.
///
/// It costs nothing for a Service that is announced.
struct UnannouncedServices: Sendable {
    /// Counts the times that anything changed.
    private(set) var version = 0
    /// The words that occurred, each at the place of its bit.
    private var codes: [ReasonCode] = []
    private var masks: [ObjectKey: UInt64] = [:]
    /// The Services of which there is something new to report.
    private var fresh: Set<ObjectKey> = []
    /// What was known before everything is decided anew.
    private var former: [ObjectKey: UInt64]?

    /// The Services that there are reasons for.
    var services: some Collection<ObjectKey> { masks.keys }

    /// Takes the reasons that hold for a Service from now on; none when all of it is announced.
    mutating func note(_ service: ObjectKey, _ reasons: [Reason]) {
        let mask = reasons.reduce(0) { $0 | bit(of: $1.code) }
        let before = former.map { $0[service] } ?? masks[service]
        if (before ?? 0) != mask {
            version += 1
            if mask == 0 { fresh.remove(service) } else { fresh.insert(service) }
        }
        if mask == 0 {
            if masks[service] != nil { masks[service] = nil }
        } else {
            masks[service] = mask
        }
    }

    /// Begins to decide about all Services anew; what was reported already is not reported again.
    mutating func begin() {
        former = masks
        masks = [:]
    }

    /// Ends that: Services that were not decided about are gone.
    mutating func end() {
        fresh = fresh.filter { masks[$0] != nil }
        former = nil
        // Entries of other types may have changed, which are looked at with the rest.
        version += 1
    }

    /// Notes that entries may lead to something else now.
    mutating func touch() { version += 1 }

    /// What is kept back, by word.
    var causes: [UnannouncedCause] { causes(of: masks.keys) }

    /// What has come to be kept back since the last call, by word.
    mutating func takeFresh() -> [UnannouncedCause] {
        defer { fresh = [] }
        return fresh.isEmpty ? [] : causes(of: fresh)
    }

    private func causes(of services: some Sequence<ObjectKey>) -> [UnannouncedCause] {
        var found: [[ObjectKey]] = codes.map { _ in [] }
        for service in services {
            guard let mask = masks[service] else { continue }
            for place in codes.indices where mask & (1 << UInt64(place)) != 0 { found[place].append(service) }
        }
        return zip(codes, found).filter { !$1.isEmpty }
            .map { UnannouncedCause(code: $0, names: $1.sorted().lazy.map { "Service/\($0)" }) }
            .sorted()
    }

    private mutating func bit(of code: ReasonCode) -> UInt64 {
        let place = codes.firstIndex(of: code) ?? codes.count
        // There are fewer reasons than bits that keep an address back; one more would be reported as the last.
        if place == codes.count, place < 64 { codes.append(code) }
        return 1 << UInt64(min(place, 63))
    }
}

extension Advertiser {
    /// Counts the times that what is selected and not announced may have changed.
    package var unannouncedVersion: Int { unannounced.version }

    /// What is selected on the node and not announced by it, by reason.
    ///
    /// An address that other nodes announce, since under policy Local they have the endpoints, is not this node's to announce.
    /// What a bound holds back is in `boundExcesses`, what no node announces in `withheldAddresses`.
    package var unannouncedCauses: [UnannouncedCause] {
        var names: [ReasonCode: [String]] = [:]
        let idle = entryDecisions { !announcesItsList($0, $1) }
        for (entry, decisions) in Dictionary(grouping: idle, by: \.entry) where decisions.allSatisfy(\.prefixes.isEmpty)
        {
            for code in Set(decisions.flatMap(\.reasons).filter(\.keepsBackWhatIsMeant).map(\.code)) {
                names[code, default: []].append("\(entry.object) entry \(entry.index)")
            }
        }
        return (unannounced.causes + names.map { UnannouncedCause(code: $0, names: $1.sorted()) }).sorted()
    }

    /// Whether an entry lists prefixes of which some are announced to somebody, which is seen without a look at each.
    private func announcesItsList(_ index: Int, _ entry: PolicyRule) -> Bool {
        guard case .prefixes(let list) = entry.source, entry.matchesNode else { return false }
        // They are sorted, so the ends show which families there are.
        return [list.first, list.last].contains { end in
            end.map { !policy.groups(of: index, $0.family).isEmpty } ?? false
        }
    }

    /// What Services have come to keep back since the last call, by reason.
    package mutating func takeFreshlyUnannounced() -> [UnannouncedCause] { unannounced.takeFresh() }

    /// Finds out anew what of a Service is kept back.
    mutating func noteUnannounced(_ key: ObjectKey) {
        unannounced.note(key, services[key].map { policy.verdicts($0, by: policy.serviceRules).unannounced } ?? [])
    }
}

extension Reason {
    /// Whether it keeps back what the node is meant to announce; an entry for other nodes is none of its business.
    fileprivate var keepsBackWhatIsMeant: Bool {
        if case .selection(.entryExcludesNode) = self { return false }
        return effect == .prevents
    }

    /// Whether the address is for other nodes to announce, which have the endpoints.
    var leavesItToOthers: Bool {
        guard case .endpoints(.noneLocal(_, _, let tally, _, _)) = self else { return false }
        return tally.isUsable
    }

    /// Whether no node announces the address, whatever else holds: `Advertiser.withheldAddresses` has it.
    var holdsOnEveryNode: Bool {
        switch self {
        case .address(.addressNotOwned), .address(.notProxied): true
        default: false
        }
    }

    /// The kind of addresses that a finding about a Service itself is about; nil where another place reports it.
    var findingKind: AddressKind? {
        switch self {
        case .address(.invalidAddress(_, let kind, _)), .address(.invalidAddresses(_, let kind, _)): kind
        case .address(.hostnameOnly), .address(.foreignLoadBalancerClass), .address(.noAddress(_, "LoadBalancer")):
            .loadBalancerIP
        default: nil
        }
    }
}
