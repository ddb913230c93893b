import BGPTypes

/// The names that daemons print for well-known communities, each in a spelling of its own.
enum CommunityName {
    /// The two numbers of a community that is printed by number or by name (`no-export`, `noExport`, `NO_EXPORT`).
    static func numbers(_ text: String) -> String { byName[plain(text)] ?? text }

    private static let byName = Dictionary(
        WellKnownCommunity.allCases.map { (plain($0.rawValue), $0.community.description) }
            + [("gracefulshutdown", Community.gracefulShutdown.description)],
        uniquingKeysWith: { first, _ in first }
    )

    private static func plain(_ name: String) -> String {
        name.filter { $0 != "-" && $0 != "_" }.lowercased()
    }
}
