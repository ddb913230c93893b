import BGPTypes
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
                buffer.writeMultipleIntegers(
                    refresh.family.afi.rawValue,
                    refresh.subtype.rawValue,
                    refresh.family.safi.rawValue
                )
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
    /// Reads the body; any length but four octets is 7/1, with the whole message as data (RFC 7313 §5).
    ///
    /// RFC 7313 asks that of begin and end alone and leaves requests to RFC 2918, which says nothing of lengths. A longer
    /// request has filters (RFC 5291) that this side never agreed to, and a shorter one no family: neither asks what the
    /// other side means. Subtypes that are not known are to be ignored, whatever follows them.
    init(decoding body: ByteBuffer) throws(NotificationError) {
        var rest = body
        let fields = rest.readMultipleIntegers(as: (UInt16, UInt8, UInt8).self)
        guard let (afi, subtype, safi) = fields, rest.readableBytes == 0 || !Subtype(rawValue: subtype).isKnown else {
            var whole = ByteBuffer()
            whole.writeMessage(.routeRefresh) { $0.writeImmutableBuffer(body) }
            throw .invalidRouteRefreshLength(message: whole.octets)
        }
        self.init(RouteFamily(afi: afi, safi: safi), subtype: Subtype(rawValue: subtype))
    }
}

extension RouteRefresh.Subtype {
    /// Whether the subtype has a meaning here.
    fileprivate var isKnown: Bool { [.request, .begin, .end].contains(self) }
}
