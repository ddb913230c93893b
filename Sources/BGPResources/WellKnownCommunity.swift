/// A community with a name (IANA "BGP Well-known Communities", RFC 1997, RFC 7999, RFC 9494 and others).
package enum WellKnownCommunity: String, ListedValue {
    case internet
    case plannedShut = "planned-shut"
    case acceptOwn = "accept-own"
    case routeFilterTranslatedV4 = "route-filter-translated-v4"
    case routeFilterV4 = "route-filter-v4"
    case routeFilterTranslatedV6 = "route-filter-translated-v6"
    case routeFilterV6 = "route-filter-v6"
    case llgrStale = "llgr-stale"
    case noLLGR = "no-llgr"
    case blackhole
    case noExport = "no-export"
    case noAdvertise = "no-advertise"
    case noExportSubconfed = "no-export-subconfed"
    case noPeer = "no-peer"

    /// The 32-bit value that stands on the wire.
    package var value: UInt32 {
        switch self {
        case .internet: 0x0000_0000
        case .plannedShut: 0xFFFF_0000
        case .acceptOwn: 0xFFFF_0001
        case .routeFilterTranslatedV4: 0xFFFF_0002
        case .routeFilterV4: 0xFFFF_0003
        case .routeFilterTranslatedV6: 0xFFFF_0004
        case .routeFilterV6: 0xFFFF_0005
        case .llgrStale: 0xFFFF_0006
        case .noLLGR: 0xFFFF_0007
        case .blackhole: 0xFFFF_029A
        case .noExport: 0xFFFF_FF01
        case .noAdvertise: 0xFFFF_FF02
        case .noExportSubconfed: 0xFFFF_FF03
        case .noPeer: 0xFFFF_FF04
        }
    }
}
