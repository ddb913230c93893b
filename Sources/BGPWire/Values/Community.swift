/// A standard community of 32 bits (RFC 1997), written `65000:1`.
package struct Community: Hashable, Sendable, RawRepresentable {
    /// AS number in the upper, value in the lower 16 bits.
    package let rawValue: UInt32

    /// Takes any 32-bit number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Joins the two halves.
    package init(_ high: UInt16, _ low: UInt16) {
        rawValue = UInt32(high) << 16 | UInt32(low)
    }

    /// The upper half, an AS number by convention.
    package var high: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
    /// The lower half.
    package var low: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// GRACEFUL_SHUTDOWN: prefer any other path, this one goes away soon (RFC 8326).
    package static let gracefulShutdown = Community(rawValue: 0xFFFF_0000)
    /// ACCEPT_OWN (RFC 7611).
    package static let acceptOwn = Community(rawValue: 0xFFFF_0001)
    /// LLGR_STALE: a route kept past its session's end (RFC 9494 §4.1).
    package static let longLivedStale = Community(rawValue: 0xFFFF_0006)
    /// NO_LLGR: do not keep this route past its session's end (RFC 9494 §4.1).
    package static let noLongLivedGracefulRestart = Community(rawValue: 0xFFFF_0007)
    /// BLACKHOLE: drop the traffic (RFC 7999).
    package static let blackhole = Community(rawValue: 0xFFFF_029A)
    /// NO_EXPORT: keep inside the confederation or AS (RFC 1997).
    package static let noExport = Community(rawValue: 0xFFFF_FF01)
    /// NO_ADVERTISE: tell nobody (RFC 1997).
    package static let noAdvertise = Community(rawValue: 0xFFFF_FF02)
    /// NO_EXPORT_SUBCONFED: keep inside the member AS (RFC 1997).
    package static let noExportSubconfederation = Community(rawValue: 0xFFFF_FF03)
    /// NOPEER: do not tell bilateral peers (RFC 3765).
    package static let noPeer = Community(rawValue: 0xFFFF_FF04)

    /// The well-known communities with the names of IANA's registry, in lower case.
    package static let wellKnown: [(community: Community, name: String)] = [
        (gracefulShutdown, "graceful-shutdown"), (acceptOwn, "accept-own"), (longLivedStale, "llgr-stale"),
        (noLongLivedGracefulRestart, "no-llgr"), (blackhole, "blackhole"), (noExport, "no-export"),
        (noAdvertise, "no-advertise"), (noExportSubconfederation, "no-export-subconfed"), (noPeer, "no-peer"),
    ]

    /// The well-known name such as `no-export`; `nil` for all others.
    package var name: String? { Self.wellKnown.first { $0.community == self }?.name }
}

extension Community: Comparable, LosslessStringConvertible {
    /// Numeric order, the order in which they are sent.
    package static func < (left: Community, right: Community) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads `65000:1`, one number, or a well-known name such as `no-export`.
    package init?(_ text: String) {
        if let known = Self.wellKnown.first(where: { $0.name == text }) {
            self = known.community
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard let value = UInt32(decimal: parts[0]) else { return nil }
            self.init(rawValue: value)
        case 2:
            guard let high = UInt32(decimal: parts[0]).flatMap(UInt16.init(exactly:)),
                let low = UInt32(decimal: parts[1]).flatMap(UInt16.init(exactly:))
            else { return nil }
            self.init(high, low)
        default:
            return nil
        }
    }

    /// `65000:1`, also for well-known ones.
    package var description: String { "\(high):\(low)" }
}

extension UInt32 {
    /// Reads digits alone: no sign, which `UInt32.init` would take.
    init?(decimal text: Substring) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        self.init(text)
    }
}
