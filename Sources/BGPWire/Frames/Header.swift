package import NIOCore

/// The header in front of every message: marker, length, type (RFC 4271 §4.1).
package enum Header {
    /// Octets of a header.
    package static let length = 19
    /// Octets of the marker, all ones.
    package static let markerLength = 16

    /// The least length that a message of a type can have, header included (RFC 4271 §4).
    ///
    /// That of a ROUTE-REFRESH is not looked at here: its error is not 1/2, and has the whole message as data (RFC 7313 §5).
    package static func minimumLength(_ type: MessageType) -> Int {
        switch type {
        case .open: 29
        case .update: 23
        case .notification: 21
        default: length
        }
    }

    /// The greatest length that a message of a type can have, header included.
    ///
    /// OPEN and KEEPALIVE never grow, whatever was agreed (RFC 8654 §4).
    package static func maximumLength(_ type: MessageType, context: WireContext) -> Int {
        switch type {
        case .keepalive: length
        case .open: WireContext.standardMessageLength
        default: context.maximumReceivedLength
        }
    }

    /// The length field of a message with this body.
    static func length(_ body: ByteBuffer) -> UInt16 {
        UInt16(clamping: length + body.readableBytes)
    }
}

extension ByteBuffer {
    /// Writes a header and what `body` writes, and puts the length in place.
    package mutating func writeMessage(_ type: MessageType, body: (inout ByteBuffer) -> Void) {
        let start = writerIndex
        writeRepeatingByte(0xFF, count: Header.markerLength)
        writeMultipleIntegers(UInt16(0), type.rawValue)
        body(&self)
        setInteger(UInt16(clamping: writerIndex - start), at: start + Header.markerLength)
    }
}
