package import BGPWire
package import NIOCore
package import TestSupport

extension MessageGenerator {
    /// A few messages of which most are wrong somewhere: in one field, in a length, or in octets anywhere.
    package mutating func damagedBytes(_ context: WireContext) -> ByteBuffer {
        var bytes = ByteBuffer()
        for _ in 0...below(3) { bytes.writeBytes(damagedMessage(context)) }
        guard chance(3) else { return bytes }
        for _ in 0...below(6) {
            let place =
                bytes.readerIndex + Header.markerLength + below(max(1, bytes.readableBytes - Header.markerLength))
            switch below(4) {
            case 0: bytes.setInteger(octet(), at: min(place, bytes.writerIndex - 1))
            case 1: bytes.setInteger(UInt8(0xFF), at: min(place, bytes.writerIndex - 1))
            case 2: bytes.setInteger(UInt8(0), at: min(place, bytes.writerIndex - 1))
            default:
                guard chance(4) else { continue }
                bytes.moveWriterIndex(to: max(place, bytes.readerIndex + 1))
            }
        }
        return bytes
    }

    /// One message, mostly with one or two things wrong that its kind can have wrong.
    private mutating func damagedMessage(_ context: WireContext) -> [UInt8] {
        let message = message(context)
        let bytes = message.encoded(in: context)
        guard !chance(4) else { return Array(bytes.readableBytesView) }
        switch message {
        case .update:
            var parts = UpdateParts(bytes)
            for _ in 0...below(3) { parts.damage(&self) }
            return parts.octets
        case .open, .notification, .keepalive, .routeRefresh:
            return damagedBody(Array(bytes.readableBytesView))
        }
    }

    /// Octets behind the header changed, cut off or added; the length mostly follows.
    private mutating func damagedBody(_ whole: [UInt8]) -> [UInt8] {
        var body = Array(whole.dropFirst(Header.length))
        switch below(4) {
        case 0: body.removeLast(below(body.count + 1))
        case 1: body += octets(12)
        default: for _ in 0...below(2) { body.set(&self) }
        }
        let length = Header.length + body.count + (chance(5) ? below(9) - 4 : 0)
        let field = [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
        let type = chance(10) ? octet() : whole[Header.length - 1]
        return Array(whole.prefix(Header.markerLength)) + field + [type] + body
    }
}
