import BGPTypes
package import NIOCore

extension Capability {
    /// Code, length and value.
    package var octets: [UInt8] {
        let value = self.value
        return [code.rawValue, UInt8(clamping: value.count)] + value.prefix(255)
    }

    /// The value alone, of at most 255 octets.
    private var value: [UInt8] {
        var buffer = ByteBuffer()
        switch self {
        case .multiprotocol(let family):
            buffer.writeInteger(family.afi.rawValue)
            buffer.writeInteger(UInt8(0))
            buffer.writeInteger(family.safi.rawValue)
        case .routeRefresh, .extendedMessages, .enhancedRouteRefresh:
            break
        case .extendedNextHop(let rows):
            for row in rows.prefix(42) {
                buffer.writeInteger(row.afi)
                buffer.writeInteger(row.safi)
                buffer.writeInteger(row.nextHopAFI)
            }
        case .fourOctetAS(let number):
            buffer.writeInteger(number.rawValue)
        case .gracefulRestart(let restart):
            buffer.writeInteger(
                (restart.restarted ? 0x8000 : 0) | (restart.notifications ? 0x4000 : 0) | min(restart.restartTime, 4095)
            )
            for row in restart.families.prefix(63) {
                buffer.writeInteger(row.family.afi.rawValue)
                buffer.writeInteger(row.family.safi.rawValue)
                buffer.writeInteger(UInt8(row.forwardingPreserved ? 0x80 : 0))
            }
        case .longLivedGracefulRestart(let rows):
            for row in rows.prefix(36) {
                buffer.writeInteger(row.family.afi.rawValue)
                buffer.writeInteger(row.family.safi.rawValue)
                buffer.writeInteger(UInt32(row.forwardingPreserved ? 0x80 : 0) << 24 | min(row.staleTime, 0xFF_FFFF))
            }
        case .hostName(let host, let domain):
            for name in [host, domain] {
                let octets = Array(name.utf8.prefix(64))
                buffer.writeInteger(UInt8(truncatingIfNeeded: octets.count))
                buffer.writeBytes(octets)
            }
        case .unknown(_, let value):
            return value
        }
        return Array(buffer.readableBytesView)
    }

    /// Reads the value of a capability; an unknown code keeps its value.
    ///
    /// Throws for a value that does not fit its code: taken as absent, it would change what the session means without a
    /// word. Names alone are not worth that, and octets behind a capability that needs none are overlooked.
    package init(code: CapabilityCode, value: ByteBuffer) throws(NotificationError) {
        if let capability = Self.read(code, value) {
            self = capability
        } else if code.isDecisive {
            throw .malformedOpen
        } else {
            self = .unknown(code: code, value: value.octets)
        }
    }

    private static func read(_ code: CapabilityCode, _ value: ByteBuffer) -> Capability? {
        var value = value
        let capability: Capability?
        switch code {
        case .multiprotocol:
            capability = value.readCapabilityFamily().map(Capability.multiprotocol)
        case .routeRefresh:
            return .routeRefresh
        case .extendedMessages:
            return .extendedMessages
        case .enhancedRouteRefresh:
            return .enhancedRouteRefresh
        case .extendedNextHop:
            var rows: [ExtendedNextHop] = []
            while let (afi, safi, nextHop) = value.readMultipleIntegers(as: (UInt16, UInt16, UInt16).self) {
                rows.append(ExtendedNextHop(afi: afi, safi: safi, nextHopAFI: nextHop))
            }
            capability = .extendedNextHop(rows)
        case .fourOctetAS:
            capability = value.readInteger(as: UInt32.self).map { .fourOctetAS(ASNumber(rawValue: $0)) }
        case .gracefulRestart:
            capability = value.readGracefulRestart().map(Capability.gracefulRestart)
        case .longLivedGracefulRestart:
            var rows: [LongLivedGracefulRestart] = []
            while let (afi, safi, rest) = value.readMultipleIntegers(as: (UInt16, UInt8, UInt32).self) {
                rows.append(
                    LongLivedGracefulRestart(
                        RouteFamily(afi: afi, safi: safi),
                        forwardingPreserved: rest & 0x8000_0000 != 0,
                        staleTime: rest & 0xFF_FFFF
                    )
                )
            }
            capability = .longLivedGracefulRestart(rows)
        case .hostName:
            guard let host = value.readName(), let domain = value.readName() else { return nil }
            capability = .hostName(host: host, domain: domain)
        default:
            return nil
        }
        return value.readableBytes == 0 ? capability : nil
    }
}

extension CapabilityCode {
    /// Whether the session's meaning hangs on the value.
    fileprivate var isDecisive: Bool {
        switch self {
        case .multiprotocol, .extendedNextHop, .fourOctetAS, .gracefulRestart, .longLivedGracefulRestart: true
        default: false
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func readCapabilityFamily() -> RouteFamily? {
        readMultipleIntegers(as: (UInt16, UInt8, UInt8).self).map { RouteFamily(afi: $0, safi: $2) }
    }

    fileprivate mutating func readGracefulRestart() -> GracefulRestart? {
        guard let head: UInt16 = readInteger() else { return nil }
        var families: [GracefulRestart.FamilyState] = []
        while let (afi, safi, flags) = readMultipleIntegers(as: (UInt16, UInt8, UInt8).self) {
            families.append(.init(RouteFamily(afi: afi, safi: safi), forwardingPreserved: flags & 0x80 != 0))
        }
        return GracefulRestart(
            restarted: head & 0x8000 != 0,
            notifications: head & 0x4000 != 0,
            restartTime: head & 0x0FFF,
            families: families
        )
    }

    /// Reads a length octet and as much text; `nil` when it is cut off or no UTF-8.
    fileprivate mutating func readName() -> String? {
        guard let length: UInt8 = readInteger(), let bytes = readBytes(length: Int(length)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
