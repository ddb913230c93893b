import FoundationEssentials

extension ExaBGP {
    /// The sum of the messages that ExaBGP handed out, one JSON document a line.
    struct Journal {
        /// The announced path of each prefix.
        private(set) var routes: [String: RouterPath] = [:]
        /// The session's state by neighbour.
        private(set) var states: [String: String] = [:]
        private var position = 0

        /// Reads on where the last call ended; an unfinished line waits for the next call.
        mutating func read(_ file: Data) throws {
            while let end = file[(file.startIndex + position)...].firstIndex(of: 0x0A) {
                let line = file[(file.startIndex + position)..<end]
                position = end + 1 - file.startIndex
                if !line.isEmpty { add(try JSONDecoder().decode(Event.self, from: Data(line))) }
            }
        }

        private mutating func add(_ event: Event) {
            if let state = event.neighbor.state {
                states[event.neighbor.address.peer] = state == "up" ? "Established" : state
                if state == "down" { routes = [:] }
            }
            guard let update = event.neighbor.message?.update else { return }
            for withdrawn in (update.withdraw ?? [:]).values.joined() { routes[withdrawn.nlri] = nil }
            // An IPv6 route may come with two next hops; the link-local one, first in this order, is the lesser.
            let announcements = (update.announce ?? [:]).values.joined()
            for (nextHop, announced) in announcements.sorted(by: { $0.key > $1.key }) {
                for route in announced {
                    routes[route.nlri] = (update.attribute ?? Event.Attributes()).path(nextHop: nextHop)
                }
            }
        }
    }

    /// One message as ExaBGP's JSON encoder writes it.
    private struct Event: Decodable {
        var neighbor: Neighbor

        struct Neighbor: Decodable {
            var address: Address
            var state: String?
            var message: Message?
        }

        struct Address: Decodable {
            var peer: String
        }

        struct Message: Decodable {
            var update: Update?
        }

        struct Update: Decodable {
            var attribute: Attributes?
            /// By family, then next hop.
            var announce: [String: [String: [Route]]]?
            /// By family.
            var withdraw: [String: [Route]]?
        }

        struct Route: Decodable {
            var nlri: String
        }

        struct Attributes: Decodable {
            var origin: String?
            var path: [UInt32]?
            var med: UInt32?
            var preference: UInt32?
            var communities: [[UInt32]]?
            var large: [[UInt32]]?

            private enum CodingKeys: String, CodingKey {
                case origin, med
                case path = "as-path"
                case preference = "local-preference"
                case communities = "community"
                case large = "large-community"
            }

            func path(nextHop: String) -> RouterPath {
                RouterPath(
                    nextHop: nextHop,
                    asPath: path ?? [],
                    origin: origin.map { $0 == "incomplete" ? $0 : $0.uppercased() } ?? "",
                    localPreference: preference,
                    med: med,
                    communities: Self.text(communities),
                    largeCommunities: Self.text(large)
                )
            }

            private static func text(_ values: [[UInt32]]?) -> [String] {
                (values ?? []).map { $0.map(String.init).joined(separator: ":") }.sorted()
            }
        }
    }
}
