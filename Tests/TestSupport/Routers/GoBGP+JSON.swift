import BGPTypes
import FoundationEssentials

extension GoBGP {
    /// Understands `gobgp global rib -j`, which prints attributes by their type codes.
    static func table(fromJSON text: String) throws -> RouterTable {
        // An empty table is no document but a sentence.
        guard text.hasPrefix("{") else { return RouterTable() }
        let answer = try JSONDecoder().decode([String: [PathAnswer]].self, from: Data(text.utf8))
        return RouterTable(answer.mapValues { paths in Set(paths.map(\.routerPath)) }.filter { !$0.value.isEmpty })
    }

    /// Understands `gobgp neighbor -j`.
    static func neighbors(fromJSON text: String) throws -> [String: String] {
        let answer = try JSONDecoder().decode([NeighborAnswer]?.self, from: Data(text.utf8)) ?? []
        return Dictionary(
            answer.map { ($0.address, $0.state.name) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private struct NeighborAnswer: Decodable {
        var conf: Configured
        var state: State

        /// One that was found by its dialling is in no configuration.
        var address: String {
            [conf.neighbor_address, state.neighbor_address].compactMap(\.self).first { !$0.isEmpty } ?? ""
        }

        struct Configured: Decodable {
            var neighbor_address: String?
        }

        struct State: Decodable {
            var neighbor_address: String?
            var session_state: Int?

            /// `SessionState` of GoBGP's API.
            var name: String {
                let names = ["Unknown", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"]
                return session_state.flatMap { names.indices.contains($0) ? names[$0] : nil } ?? "Unknown"
            }
        }
    }

    private struct PathAnswer: Decodable {
        var attrs: [Attribute]

        var routerPath: RouterPath {
            var path = RouterPath(nextHop: "")
            for attribute in attrs { attribute.add(to: &path) }
            return path
        }
    }

    /// The value's key and type depend on the type code.
    private struct Attribute: Decodable {
        var type: Int
        var value: Value?
        var as_paths: [Segment]?
        var nexthop: String?
        var metric: UInt32?
        var communities: [UInt32]?

        enum Value: Decodable {
            case number(UInt32)
            case large([Large])
            case other

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(UInt32.self) {
                    self = .number(number)
                } else if let large = try? container.decode([Large].self) {
                    self = .large(large)
                } else {
                    self = .other
                }
            }
        }

        struct Large: Decodable {
            var ASN: UInt32
            var LocalData1: UInt32
            var LocalData2: UInt32
        }

        struct Segment: Decodable {
            var asns: [UInt32]?
        }

        func add(to path: inout RouterPath) {
            switch (type, value) {
            case (1, .number(let origin)?): path.origin = ["IGP", "EGP"].dropFirst(Int(origin)).first ?? "incomplete"
            case (2, _): path.asPath = (as_paths ?? []).flatMap { $0.asns ?? [] }
            case (3, _), (14, _): path.nextHop = nexthop ?? ""
            case (4, _): path.med = metric
            case (5, .number(let preference)?): path.localPreference = preference
            case (8, _): path.communities = (communities ?? []).map { "\($0 >> 16):\($0 & 0xFFFF)" }.sorted()
            case (32, .large(let values)?):
                path.largeCommunities = values.map { "\($0.ASN):\($0.LocalData1):\($0.LocalData2)" }.sorted()
            default: break
            }
        }
    }
}
