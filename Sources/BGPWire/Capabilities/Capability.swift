package import BGPTypes

/// Something that a speaker says in its OPEN that it can do (RFC 5492).
package enum Capability: Hashable, Sendable {
    /// Routes of a family (RFC 4760 §8).
    case multiprotocol(RouteFamily)
    /// Sends its routes again when asked (RFC 2918 §2).
    case routeRefresh
    /// Takes IPv6 next hops for IPv4 families (RFC 8950 §4).
    case extendedNextHop([ExtendedNextHop])
    /// Takes messages of up to 65,535 octets (RFC 8654 §3).
    case extendedMessages
    /// Knows four-octet AS numbers, and its own (RFC 6793 §3).
    case fourOctetAS(ASNumber)
    /// Keeps forwarding while it restarts (RFC 4724 §3, RFC 8538 §2).
    case gracefulRestart(GracefulRestart)
    /// Keeps stale routes for long, at low preference (RFC 9494 §3).
    case longLivedGracefulRestart([LongLivedGracefulRestart])
    /// Marks the begin and end of a repetition of its routes (RFC 7313 §3.1).
    case enhancedRouteRefresh
    /// Its host and domain name, as FRR and others send them (draft-walton-bgp-hostname-capability).
    case hostName(host: String, domain: String)
    /// Any other, or one of the above whose value cannot be read.
    case unknown(code: CapabilityCode, value: [UInt8])

    /// The code on the wire.
    package var code: CapabilityCode {
        switch self {
        case .multiprotocol: .multiprotocol
        case .routeRefresh: .routeRefresh
        case .extendedNextHop: .extendedNextHop
        case .extendedMessages: .extendedMessages
        case .fourOctetAS: .fourOctetAS
        case .gracefulRestart: .gracefulRestart
        case .longLivedGracefulRestart: .longLivedGracefulRestart
        case .enhancedRouteRefresh: .enhancedRouteRefresh
        case .hostName: .hostName
        case .unknown(let code, _): code
        }
    }
}

/// A capability code, as IANA assigns it.
package struct CapabilityCode: Hashable, Sendable, RawRepresentable {
    /// The octet.
    package let rawValue: UInt8

    /// Takes any octet.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Multiprotocol extensions (RFC 4760).
    package static let multiprotocol = CapabilityCode(rawValue: 1)
    /// Route refresh (RFC 2918).
    package static let routeRefresh = CapabilityCode(rawValue: 2)
    /// Extended next hop encoding (RFC 8950).
    package static let extendedNextHop = CapabilityCode(rawValue: 5)
    /// Extended messages (RFC 8654).
    package static let extendedMessages = CapabilityCode(rawValue: 6)
    /// Roles (RFC 9234).
    package static let role = CapabilityCode(rawValue: 9)
    /// Graceful restart (RFC 4724).
    package static let gracefulRestart = CapabilityCode(rawValue: 64)
    /// Four-octet AS numbers (RFC 6793).
    package static let fourOctetAS = CapabilityCode(rawValue: 65)
    /// Additional paths (RFC 7911).
    package static let additionalPaths = CapabilityCode(rawValue: 69)
    /// Enhanced route refresh (RFC 7313).
    package static let enhancedRouteRefresh = CapabilityCode(rawValue: 70)
    /// Long-lived graceful restart (RFC 9494).
    package static let longLivedGracefulRestart = CapabilityCode(rawValue: 71)
    /// Host and domain name.
    package static let hostName = CapabilityCode(rawValue: 73)
    /// Software version.
    package static let softwareVersion = CapabilityCode(rawValue: 75)
    /// Route refresh by its number of before RFC 2918, which old routers still send.
    package static let routeRefreshCisco = CapabilityCode(rawValue: 128)
}

extension CapabilityCode: CustomStringConvertible {
    /// A name in words, or the number.
    package var description: String {
        switch self {
        case .multiprotocol: "multiprotocol"
        case .routeRefresh: "route refresh"
        case .extendedNextHop: "extended next hop"
        case .extendedMessages: "extended messages"
        case .role: "role"
        case .gracefulRestart: "graceful restart"
        case .fourOctetAS: "four-octet AS"
        case .additionalPaths: "additional paths"
        case .enhancedRouteRefresh: "enhanced route refresh"
        case .longLivedGracefulRestart: "long-lived graceful restart"
        case .hostName: "host name"
        case .softwareVersion: "software version"
        case .routeRefreshCisco: "route refresh (old code)"
        default: "capability \(rawValue)"
        }
    }
}
