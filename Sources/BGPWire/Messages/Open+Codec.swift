import BGPTypes
package import NIOCore

extension Open {
    /// Reads the body of an OPEN and checks what can be checked without knowing the peer (RFC 4271 §6.2).
    package init(decoding body: ByteBuffer) throws(NotificationError) {
        var body = body
        guard let version: UInt8 = body.readInteger() else { throw .malformedOpen }
        guard version == 4 else { throw .unsupportedVersion }
        guard let (number, seconds, identifier) = body.readMultipleIntegers(as: (UInt16, UInt16, UInt32).self)
        else { throw .malformedOpen }
        guard number != 0 else { throw .badPeerAS }
        guard let holdTime = HoldTime(rawValue: seconds) else { throw .unacceptableHoldTime }
        guard let routerID = RouterID(rawValue: identifier) else { throw .badRouterID }
        let capabilities = try body.readOptionalParameters()
        self.init(twoOctetAS: number, holdTime: holdTime, routerID: routerID, capabilities: capabilities)
        guard fourOctetAS != ASNumber(rawValue: 0) else { throw .badPeerAS }
    }

    /// Writes the body of an OPEN: all capabilities in one parameter, extended only if they need it (RFC 9072 §2).
    package func encode(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(UInt8(4), twoOctetAS, holdTime.rawValue, routerID.rawValue)
        let octets = capabilities.flatMap(\.octets)
        if octets.isEmpty {
            buffer.writeInteger(UInt8(0))
        } else if let length = UInt8(exactly: octets.count + 2), length < 255 {
            buffer.writeMultipleIntegers(length, UInt8(2), length - 2)
        } else {
            let length = UInt16(clamping: octets.count)
            buffer.writeMultipleIntegers(UInt8(255), UInt8(255), length &+ 3, UInt8(2), length)
        }
        buffer.writeBytes(octets)
    }
}

extension ByteBuffer {
    /// The type that marks extended optional parameters (RFC 9072 §2).
    private static let extendedMark: UInt8 = 255
    /// The type of the parameter that holds capabilities (RFC 5492 §4).
    private static let capabilityParameter: UInt8 = 2

    /// Reads the optional parameters to the end, the length in front included.
    fileprivate mutating func readOptionalParameters() throws(NotificationError) -> [Capability] {
        guard let short: UInt8 = readInteger() else { throw .malformedOpen }
        var isExtended = false
        var length = Int(short)
        if short != 0, getInteger(at: readerIndex, as: UInt8.self) == Self.extendedMark {
            guard let (_, long) = readMultipleIntegers(as: (UInt8, UInt16).self) else { throw .malformedOpen }
            isExtended = true
            length = Int(long)
        }
        guard length == readableBytes else { throw .malformedOpen }
        var capabilities: [Capability] = []
        while readableBytes > 0 {
            guard let type: UInt8 = readInteger() else { throw .malformedOpen }
            let size =
                isExtended ? readInteger(as: UInt16.self).map(Int.init) : readInteger(as: UInt8.self).map(Int.init)
            guard let size, var value = readSlice(length: size) else { throw .malformedOpen }
            guard type == Self.capabilityParameter else { throw .unsupportedOptionalParameter }
            while value.readableBytes > 0 {
                guard let (code, size) = value.readMultipleIntegers(as: (UInt8, UInt8).self),
                    let content = value.readSlice(length: Int(size))
                else { throw .malformedOpen }
                capabilities.append(try Capability(code: CapabilityCode(rawValue: code), value: content))
            }
        }
        return capabilities
    }
}
