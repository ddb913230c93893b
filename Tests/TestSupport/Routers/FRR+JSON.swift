import BGPTypes
import FoundationEssentials

extension FRR {
    /// Understands `show bgp ipv4 unicast json detail`.
    ///
    /// The list of a prefix begins with an element that is about the prefix and no path.
    static func table(fromJSON text: String) throws -> RouterTable {
        let answer = try JSONDecoder().decode(TableAnswer.self, from: Data(text.utf8))
        return RouterTable(
            (answer.routes ?? [:]).mapValues { paths in Set(paths.compactMap(\.routerPath)) }
        )
    }

    /// Understands `show bgp summary json`.
    static func neighbors(fromJSON text: String) throws -> [String: String] {
        let answer = try JSONDecoder().decode([String: SummaryAnswer].self, from: Data(text.utf8))
        var states: [String: String] = [:]
        for family in answer.sorted(by: { $0.key < $1.key }) {
            states.merge(family.value.peers.mapValues(\.state)) { first, _ in first }
        }
        return states
    }

    private struct SummaryAnswer: Decodable {
        var peers: [String: Peer]

        struct Peer: Decodable {
            var state: String
        }
    }

    private struct TableAnswer: Decodable {
        var routes: [String: [PathAnswer]]?
    }

    private struct PathAnswer: Decodable {
        var nexthops: [NextHop]?
        var aspath: ASPath?
        var origin: String?
        var locPrf: UInt32?
        var metric: UInt32?
        var community: Communities?
        var largeCommunity: Communities?

        struct NextHop: Decodable {
            var ip: String
            var scope: String?
        }

        struct ASPath: Decodable {
            var string: String
        }

        struct Communities: Decodable {
            var list: [String]
        }

        var routerPath: RouterPath? {
            guard let hop = nexthops?.first(where: { $0.scope != "link-local" }) ?? nexthops?.first else { return nil }
            return RouterPath(
                nextHop: IPAddress(hop.ip)?.description ?? hop.ip,
                asPath: (aspath?.string ?? "").split(separator: " ").compactMap { UInt32($0) },
                origin: origin ?? "",
                localPreference: locPrf,
                med: metric,
                communities: (community?.list ?? []).map(CommunityName.numbers).sorted(),
                largeCommunities: (largeCommunity?.list ?? []).sorted()
            )
        }
    }
}
