import BGPTypes

extension BIRD {
    /// Understands `show route all` of both generations.
    ///
    /// A line that begins with a prefix opens that prefix's first path, an indented one with a date in brackets a
    /// further path, a line behind a tab is an attribute of the path above it. Paths that did not come over BGP have
    /// no `BGP.next_hop` and are left out.
    static func table(fromText text: String) -> RouterTable {
        var routes: [String: Set<RouterPath>] = [:]
        var prefix = ""
        var attributes: [String: String] = [:]
        func close() {
            if let path = path(attributes) { routes[prefix, default: []].insert(path) }
            attributes = [:]
        }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("\t") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                attributes[String(line[..<colon].drop { $0 == "\t" })] = String(value)
            } else if line.contains("[") {
                close()
                let first = line.prefix { $0 != " " }
                if !first.isEmpty { prefix = String(first) }
            }
        }
        close()
        return RouterTable(routes)
    }

    private static func path(_ attributes: [String: String]) -> RouterPath? {
        // IPv6 gives the global and the link-local address.
        guard let nextHop = attributes["BGP.next_hop"]?.split(separator: " ").first else { return nil }
        return RouterPath(
            nextHop: String(nextHop),
            asPath: (attributes["BGP.as_path"] ?? "").split(separator: " ").compactMap { UInt32($0) },
            origin: attributes["BGP.origin"].map { $0 == "Incomplete" ? "incomplete" : $0 } ?? "",
            localPreference: attributes["BGP.local_pref"].flatMap { UInt32($0) },
            med: attributes["BGP.med"].flatMap { UInt32($0) },
            communities: communities(attributes["BGP.community"]),
            largeCommunities: communities(attributes["BGP.large_community"])
        )
    }

    /// `(65000,1) (65000,2)`, or `(1, 2, 3)` for large ones.
    private static func communities(_ text: String?) -> [String] {
        (text ?? "").split(separator: ")")
            .map { $0.filter { $0 != " " && $0 != "(" }.replacing(",", with: ":") }
            .filter { !$0.isEmpty }
            .sorted()
    }

    /// Understands `show protocols all` of both generations.
    static func neighbors(fromText text: String) -> [String: String] {
        var states: [String: String] = [:]
        var state = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.contains("BGP state:"), let last = words.last { state = String(last) }
            if line.contains("Neighbor address:"), let last = words.last {
                states[String(last.prefix { $0 != "%" })] = state
            }
        }
        return states
    }
}
