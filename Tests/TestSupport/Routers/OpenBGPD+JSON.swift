import BGPTypes
import FoundationEssentials

extension OpenBGPD {
    /// Understands `bgpctl -j show rib detail`; an absent MED is printed as 0.
    static func table(fromJSON text: String) throws -> RouterTable {
        let answer = try JSONDecoder().decode(TableAnswer.self, from: Data(text.utf8))
        var routes: [String: Set<RouterPath>] = [:]
        for path in answer.rib ?? [] { routes[path.prefix, default: []].insert(path.routerPath) }
        return RouterTable(routes)
    }

    /// Understands `bgpctl -j show neighbor`.
    static func neighbors(fromJSON text: String) throws -> [String: String] {
        let answer = try JSONDecoder().decode(NeighborsAnswer.self, from: Data(text.utf8))
        return Dictionary(
            (answer.neighbors ?? []).map { ($0.remote_addr, $0.state) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private struct NeighborsAnswer: Decodable {
        var neighbors: [Neighbor]?

        struct Neighbor: Decodable {
            var remote_addr: String
            var state: String
        }
    }

    private struct TableAnswer: Decodable {
        var rib: [PathAnswer]?
    }

    private struct PathAnswer: Decodable {
        var prefix: String
        var aspath: String?
        var exit_nexthop: String
        var origin: String
        var metric: UInt32?
        var localpref: UInt32?
        var communities: [String]?
        var large_communities: [String]?

        var routerPath: RouterPath {
            RouterPath(
                nextHop: exit_nexthop,
                asPath: (aspath ?? "").split(separator: " ").compactMap { UInt32($0) },
                origin: origin,
                localPreference: localpref,
                med: metric == 0 ? nil : metric,
                communities: (communities ?? []).map(CommunityName.numbers).sorted(),
                largeCommunities: (large_communities ?? []).sorted()
            )
        }
    }
}
