package import BGPTypes

/// An OPEN message of BGP version 4 (RFC 4271 §4.2) with its capabilities (RFC 5492).
package struct Open: Hashable, Sendable {
    /// The field My Autonomous System: the number itself or AS_TRANS.
    package var twoOctetAS: UInt16
    /// The hold time proposed.
    package var holdTime: HoldTime
    /// The BGP Identifier.
    package var routerID: RouterID
    /// What the sender can do, in the order sent; unknown ones are kept.
    package var capabilities: [Capability]

    /// The OPEN of a speaker of four-octet numbers; the capability that says so is added if it is missing.
    package init(asNumber: ASNumber, holdTime: HoldTime, routerID: RouterID, capabilities: [Capability]) {
        twoOctetAS = asNumber.twoOctets
        self.holdTime = holdTime
        self.routerID = routerID
        self.capabilities = capabilities
        if fourOctetAS == nil { self.capabilities.append(.fourOctetAS(asNumber)) }
    }

    /// An OPEN field by field.
    package init(twoOctetAS: UInt16, holdTime: HoldTime, routerID: RouterID, capabilities: [Capability]) {
        self.twoOctetAS = twoOctetAS
        self.holdTime = holdTime
        self.routerID = routerID
        self.capabilities = capabilities
    }

    /// The sender's AS: from its capability, else from the field.
    package var asNumber: ASNumber { fourOctetAS ?? ASNumber(rawValue: UInt32(twoOctetAS)) }

    /// The number in the four-octet AS capability (RFC 6793 §3).
    package var fourOctetAS: ASNumber? {
        for case .fourOctetAS(let number) in capabilities { return number }
        return nil
    }

    /// The families offered; IPv4 unicast alone when no multiprotocol capability is present (RFC 4760 §8).
    package var families: [RouteFamily] {
        var families: [RouteFamily] = []
        for case .multiprotocol(let family) in capabilities where !families.contains(family) {
            families.append(family)
        }
        return families.isEmpty ? [.ipv4Unicast] : families
    }

    /// The graceful restart capability; the last one counts if there are several (RFC 5492 §4).
    package var gracefulRestart: GracefulRestart? {
        var found: GracefulRestart?
        for case .gracefulRestart(let value) in capabilities { found = value }
        return found
    }

    /// The long-lived graceful restart capability, empty if absent (RFC 9494 §3).
    package var longLivedGracefulRestart: [LongLivedGracefulRestart] {
        var found: [LongLivedGracefulRestart] = []
        for case .longLivedGracefulRestart(let value) in capabilities { found = value }
        return found
    }

    /// The families that may have an IPv6 next hop though they are IPv4's (RFC 8950 §4).
    package var extendedNextHops: [ExtendedNextHop] {
        capabilities.flatMap { capability -> [ExtendedNextHop] in
            guard case .extendedNextHop(let values) = capability else { return [] }
            return values
        }
    }

    /// Whether a capability without parameters is present.
    package func has(_ capability: Capability) -> Bool {
        capabilities.contains(capability)
    }
}
