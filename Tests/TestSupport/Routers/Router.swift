package import BGPTypes

/// A real router daemon on a host of a `VirtualNetwork`.
package protocol Router: Sendable {
    /// Starts the daemon and waits until it answers.
    func start() async throws

    /// Ends the daemon in its own orderly way.
    func stop() async

    /// Its BGP table of one family, as the daemon itself prints it.
    func table(_ family: IPFamily) async throws -> RouterTable

    /// The state of each configured neighbour by address, in the daemon's words (`Established` when up).
    func neighbors() async throws -> [String: String]

    /// Asks every neighbour to announce its routes once more (ROUTE-REFRESH, RFC 2918).
    func askRefresh() async throws

    /// Ends every session as an operator does who wants it to begin anew.
    func reset() async throws

    /// What the daemon has logged, for failure messages.
    var log: String { get async }
}

/// A router's BGP table: what it has for each prefix.
package struct RouterTable: Hashable, Sendable {
    /// The paths by prefix.
    package var routes: [String: Set<RouterPath>]

    /// A table with these routes.
    package init(_ routes: [String: Set<RouterPath>] = [:]) {
        self.routes = routes
    }

    /// The next hops by prefix, which is all that many tests compare.
    package var nextHops: NextHops {
        NextHops(routes.mapValues { Set($0.map(\.nextHop)) })
    }
}

/// One path of a router's table, with the attributes as the router understood them.
package struct RouterPath: Hashable, Sendable {
    /// The next hop's address.
    package var nextHop: String
    /// The AS path, nearest first.
    package var asPath: [UInt32] = []
    /// `IGP`, `EGP` or `incomplete`.
    package var origin = "IGP"
    /// LOCAL_PREF, where the router keeps one.
    package var localPreference: UInt32?
    /// MULTI_EXIT_DISC, if it came with one.
    package var med: UInt32?
    /// Such as `65000:1`, the well-known ones too, sorted.
    package var communities: [String] = []
    /// Such as `65000:1:2`, sorted.
    package var largeCommunities: [String] = []

    /// A path; the defaults are those of an internal route without extras.
    package init(
        nextHop: String,
        asPath: [UInt32] = [],
        origin: String = "IGP",
        localPreference: UInt32? = nil,
        med: UInt32? = nil,
        communities: [String] = [],
        largeCommunities: [String] = []
    ) {
        self.nextHop = nextHop
        self.asPath = asPath
        self.origin = origin
        self.localPreference = localPreference
        self.med = med
        self.communities = communities
        self.largeCommunities = largeCommunities
    }
}

/// Prefixes with the set of next hops that a router has for them.
package struct NextHops: Hashable, Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// The next hops by prefix.
    package var byPrefix: [String: Set<String>]

    /// A table with these next hops.
    package init(_ byPrefix: [String: Set<String>]) {
        self.byPrefix = byPrefix
    }

    /// Written as `["10.0.0.1/32": ["10.0.0.2"]]`.
    package init(dictionaryLiteral elements: (String, Set<String>)...) {
        byPrefix = Dictionary(elements) { $0.union($1) }
    }

    /// One line with the prefixes and hops sorted.
    package var description: String {
        byPrefix.sorted { $0.key < $1.key }
            .map { "\($0.key) via \($0.value.sorted().joined(separator: " "))" }
            .joined(separator: ", ")
    }
}
