import PlainText

/// A community with a name (IANA's registry "BGP Well-known Communities").
package enum WellKnownCommunity: String, ListedValue {
    /// The whole internet, 0:0: a convention of routers, not of the registry.
    case internet
    /// GRACEFUL_SHUTDOWN (RFC 8326).
    case plannedShut = "planned-shut"
    /// ACCEPT_OWN (RFC 7611).
    case acceptOwn = "accept-own"
    case routeFilterTranslatedV4 = "route-filter-translated-v4"
    case routeFilterV4 = "route-filter-v4"
    case routeFilterTranslatedV6 = "route-filter-translated-v6"
    case routeFilterV6 = "route-filter-v6"
    /// LLGR_STALE: a route kept past its session's end (RFC 9494 §4.1).
    case llgrStale = "llgr-stale"
    /// NO_LLGR: do not keep this route past its session's end (RFC 9494 §4.1).
    case noLLGR = "no-llgr"
    /// BLACKHOLE: drop the traffic (RFC 7999).
    case blackhole
    /// NO_EXPORT: keep inside the confederation or AS (RFC 1997).
    case noExport = "no-export"
    /// NO_ADVERTISE: advertise to no peer (RFC 1997).
    case noAdvertise = "no-advertise"
    /// NO_EXPORT_SUBCONFED: keep inside the member AS (RFC 1997).
    case noExportSubconfed = "no-export-subconfed"
    /// NOPEER: do not advertise to bilateral peers (RFC 3765).
    case noPeer = "no-peer"

    /// The value on the wire.
    package var community: Community {
        switch self {
        case .internet: Community(0, 0)
        case .plannedShut: Community(65535, 0)
        case .acceptOwn: Community(65535, 1)
        case .routeFilterTranslatedV4: Community(65535, 2)
        case .routeFilterV4: Community(65535, 3)
        case .routeFilterTranslatedV6: Community(65535, 4)
        case .routeFilterV6: Community(65535, 5)
        case .llgrStale: Community(65535, 6)
        case .noLLGR: Community(65535, 7)
        case .blackhole: Community(65535, 666)
        case .noExport: Community(65535, 65281)
        case .noAdvertise: Community(65535, 65282)
        case .noExportSubconfed: Community(65535, 65283)
        case .noPeer: Community(65535, 65284)
        }
    }
}
