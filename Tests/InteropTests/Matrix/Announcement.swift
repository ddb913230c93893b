import BGPTypes
import TestSupport

/// Prefixes that the node is to announce, with the attributes that they have in common.
struct Announcement: Hashable, Sendable {
    var prefixes: [String]
    var origin = "IGP"
    var med: UInt32?
    var localPreference: UInt32?
    /// How many times more than once the node's AS stands in the path.
    var prepend = 0
    /// Such as `65000:1`.
    var communities: [String] = []
    /// Their names in manifests, with the numbers that stand on the wire.
    var wellKnown: [String: String] = [:]
    /// Such as `65000:1:2`.
    var largeCommunities: [String] = []

    /// One route of each family without extras.
    static let plain = Announcement(prefixes: ["192.0.2.1/32", "2001:db8::1/128"])

    /// One network of each family with every attribute that the resources know.
    static let coloured = Announcement(
        prefixes: ["198.51.100.0/24", "2001:db8:1::/48"],
        origin: "EGP",
        med: 7,
        localPreference: 200,
        prepend: 2,
        communities: ["65000:1", "65000:2"],
        wellKnown: ["no-export": "65535:65281", "no-peer": "65535:65284"],
        largeCommunities: ["4200000000:4294967295:0", "65000:1:2"]
    )

    /// The path that a router has to show for each of the prefixes.
    func path(_ family: IPFamily, _ peering: Peering) -> RouterPath {
        let isExternal = peering.relation == .external
        return RouterPath(
            nextHop: peering.nextHop(family),
            asPath: isExternal ? Array(repeating: peering.nodeAS, count: 1 + prepend) : [],
            origin: origin,
            localPreference: isExternal ? nil : localPreference ?? 100,
            med: med,
            communities: (communities + wellKnown.values).sorted(),
            largeCommunities: largeCommunities.sorted()
        )
    }

    /// The entries of a BGPAdvertisement, each with as many prefixes as the schema allows.
    var entries: String {
        stride(from: 0, to: prefixes.count, by: 256).map { start in
            """
                - advertisementType: Prefixes
                  prefixes: [\(Self.list(Array(prefixes[start..<min(start + 256, prefixes.count)])))]
                  attributes:
                    origin: \(origin)
                    asPathPrepend: \(prepend)
                    \(med.map { "med: \($0)" } ?? "")
                    \(localPreference.map { "localPreference: \($0)" } ?? "")
                    communities:
                      standard: [\(Self.list(communities))]
                      wellKnown: [\(Self.list(wellKnown.keys.sorted()))]
                      large: [\(Self.list(largeCommunities))]
            """
        }.joined(separator: "\n")
    }

    private static func list(_ values: [String]) -> String {
        values.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}

extension [Announcement] {
    /// The table of a router that has exactly these.
    func table(_ family: IPFamily, _ peering: Peering) -> RouterTable {
        var routes: [String: Set<RouterPath>] = [:]
        guard peering.families.contains(family) else { return RouterTable() }
        for announcement in self {
            let path = announcement.path(family, peering)
            for prefix in announcement.prefixes where IPPrefix(prefix)?.family == family { routes[prefix] = [path] }
        }
        return RouterTable(routes)
    }
}
