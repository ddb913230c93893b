import BGPEngine
import BGPResources
import BGPTypes
import BGPWire

/// What an entry asks its routes to carry, with what it leaves open kept apart from what it sets.
struct EntryAttributes: Hashable {
    var origin: Origin?
    var localPreference: UInt32?
    var med: UInt32?
    var asPathPrepend: Int?
    var communities: Set<Community> = []
    var largeCommunities: Set<LargeCommunity> = []

    /// Nothing asked for.
    init() {}

    init(_ attributes: BGPAdvertisement.Attributes?) {
        origin = attributes?.origin
        localPreference = attributes?.localPreference.flatMap(UInt32.init(exactly:))
        med = attributes?.med.flatMap(UInt32.init(exactly:))
        asPathPrepend = attributes?.asPathPrepend.flatMap { (0...255).contains($0) ? $0 : nil }
        communities = attributes?.communities?.allStandard ?? []
        largeCommunities = Set(attributes?.communities?.large ?? [])
    }

    /// Takes in what another entry asks for the same prefix.
    ///
    /// All communities of both, the highest preference, the lowest MED, the longest prepend, the best origin;
    /// what only one of them sets stands.
    mutating func merge(_ other: EntryAttributes) {
        origin = Self.choose(origin, other.origin, by: min)
        localPreference = Self.choose(localPreference, other.localPreference, by: max)
        med = Self.choose(med, other.med, by: min)
        asPathPrepend = Self.choose(asPathPrepend, other.asPathPrepend, by: max)
        communities.formUnion(other.communities)
        largeCommunities.formUnion(other.largeCommunities)
    }

    private static func choose<Value>(_ left: Value?, _ right: Value?, by rule: (Value, Value) -> Value) -> Value? {
        guard let left, let right else { return left ?? right }
        return rule(left, right)
    }

    var routeAttributes: RouteAttributes {
        RouteAttributes(
            origin: origin ?? .igp,
            localPreference: localPreference,
            med: med,
            asPathPrepend: asPathPrepend ?? 0,
            communities: communities,
            largeCommunities: largeCommunities
        )
    }
}
