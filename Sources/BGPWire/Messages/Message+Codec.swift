package import NIOCore

extension Message {
    /// Reads a message of a known type whose header has been checked.
    package init(type: MessageType, body: ByteBuffer, context: WireContext) throws(NotificationError) {
        switch type {
        case .open:
            self = .open(try Open(decoding: body))
        case .update:
            self = .update(try UpdateMessage(decoding: body, context: context))
        case .notification:
            var body = body
            guard let (code, subcode) = body.readMultipleIntegers(as: (UInt8, UInt8).self) else {
                throw .badMessageLength(Header.length(body))
            }
            self = .notification(
                NotificationError(code: NotificationError.Code(rawValue: code), subcode: subcode, data: body.octets)
            )
        case .keepalive:
            guard body.readableBytes == 0 else { throw .badMessageLength(Header.length(body)) }
            self = .keepalive
        case .routeRefresh:
            self = .routeRefresh(try RouteRefresh(decoding: body))
        default:
            throw .badMessageType(type.rawValue)
        }
    }

    /// Writes the whole message, header included.
    ///
    /// A NOTIFICATION's data is cut to what the session's limit allows. An UPDATE must be made to fit by its maker: the
    /// length field of a longer one than 65,535 octets would be wrong.
    package func encode(into buffer: inout ByteBuffer, context: WireContext) {
        buffer.writeMessage(type) { buffer in
            switch self {
            case .open(let open):
                open.encode(into: &buffer)
            case .update(let update):
                update.encode(into: &buffer, context: context)
            case .notification(let error):
                buffer.writeMultipleIntegers(error.code.rawValue, error.subcode)
                buffer.writeBytes(error.data.prefix(context.maximumSentLength - Header.length - 2))
            case .keepalive:
                break
            case .routeRefresh(let refresh):
                buffer.writeMultipleIntegers(refresh.family.afi, refresh.subtype.rawValue, refresh.family.safi)
            }
        }
    }

    /// The whole message, header included.
    package func encoded(in context: WireContext) -> ByteBuffer {
        var buffer = ByteBuffer()
        encode(into: &buffer, context: context)
        return buffer
    }
}

extension RouteRefresh {
    init(decoding body: ByteBuffer) throws(NotificationError) {
        var rest = body
        guard let (afi, subtype, safi) = rest.readMultipleIntegers(as: (UInt16, UInt8, UInt8).self) else {
            throw .badMessageLength(Header.length(body))
        }
        let kind = Subtype(rawValue: subtype)
        // A longer request holds filters (RFC 5291) that were never agreed on; they do not hurt.
        if kind == .begin || kind == .end, rest.readableBytes > 0 {
            var whole = ByteBuffer()
            whole.writeMessage(.routeRefresh) { $0.writeImmutableBuffer(body) }
            throw .invalidRouteRefreshLength(message: whole.octets)
        }
        self.init(Family(afi: afi, safi: safi), subtype: kind)
    }
}
