import BGPTypes
import BGPWire
import NIOCore
import Testing

@Suite struct HeaderTests {
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var hex: String
        var error: NotificationError
        var context = WireContext.external
    }

    static let rows: [Row] = [
        Row(testDescription: "a request of another protocol", hex: "47455420", error: .connectionNotSynchronized),
        Row(
            testDescription: "the last octet of the marker",
            hex: "\(marker) ".replacingLast("fe"),
            error: .connectionNotSynchronized
        ),
        Row(testDescription: "shorter than a header", hex: "\(marker) 0012 04", error: .badMessageLength(18)),
        Row(testDescription: "longer than 4096", hex: "\(marker) 1001 02", error: .badMessageLength(4097)),
        Row(testDescription: "no such type", hex: "\(marker) 0013 06", error: .badMessageType(6)),
        Row(testDescription: "type 0", hex: "\(marker) 0013 00", error: .badMessageType(0)),
        Row(testDescription: "a short OPEN", hex: "\(marker) 001c 01", error: .badMessageLength(28)),
        Row(testDescription: "a short UPDATE", hex: "\(marker) 0016 02", error: .badMessageLength(22)),
        Row(testDescription: "a short NOTIFICATION", hex: "\(marker) 0014 03", error: .badMessageLength(20)),
        Row(testDescription: "a long KEEPALIVE", hex: "\(marker) 0014 04", error: .badMessageLength(20)),
        Row(
            testDescription: "an OPEN of 4097 octets even with extended messages",
            hex: "\(marker) 1001 01",
            error: .badMessageLength(4097),
            context: WireContext(maximumReceivedLength: WireContext.extendedMessageLength)
        ),
    ]

    @Test(arguments: rows)
    func `a bad header is answered as RFC 4271 §6.1 asks, without waiting for the body`(row: Row) {
        var decoder = MessageDecoder(context: row.context)
        var bytes = ByteBuffer(hex: row.hex)
        #expect(decoder.decode(buffer: &bytes) == .malformed(row.error))
        bytes = ByteBuffer(hex: "\(marker) 0013 04")
        #expect(decoder.decode(buffer: &bytes) == nil)
        #expect(bytes.readableBytes == 0)
    }

    /// Requests as well as begin and end, without a family, cut short, and with filters that were not agreed on.
    @Test(arguments: [
        "0013 05", "0014 05 00", "0015 05 0001", "0016 05 0001 00", "0016 05 0001 01", "0016 05 0001 02",
        "0018 05 0001 00 01 00", "0018 05 0001 01 01 00", "0018 05 0001 02 01 00", "001b 05 0001 00 01 01400000",
        "0016 05 0001 09",
    ])
    func `a ROUTE-REFRESH of another length is answered as RFC 7313 §5 asks, with the whole message`(hex: String) {
        let message = ByteBuffer(hex: "\(marker) \(hex)")
        let error = NotificationError(code: .routeRefresh, subcode: 1, data: Array(message.readableBytesView))
        for context in [WireContext.external, WireContext(routeRefresh: true, enhancedRouteRefresh: true)] {
            var decoder = MessageDecoder(context: context)
            var bytes = message
            #expect(decoder.decode(buffer: &bytes) == .malformed(error))
            // What does not fit into a NOTIFICATION is cut off.
            #expect(Message.notification(error).encoded(in: context).readableBytes <= WireContext.standardMessageLength)
        }
    }

    @Test func `a long ROUTE-REFRESH fills a NOTIFICATION, and is not passed on beyond that`() {
        var bytes = ByteBuffer()
        bytes.writeMessage(.routeRefresh) { $0.writeRepeatingByte(1, count: 4096 - Header.length) }
        var decoder = MessageDecoder(context: .external)
        guard case .malformed(let error)? = decoder.decode(buffer: &bytes) else {
            Issue.record("taken for a message")
            return
        }
        #expect(error.code == .routeRefresh && error.subcode == 1 && error.data.count == 4096)
        #expect(Message.notification(error).encoded(in: .external).readableBytes == 4096)
    }

    @Test(arguments: ["0017 05 0001 09 01", "001b 05 0001 ff 01 01400000"])
    func `a ROUTE-REFRESH of an unknown subtype is read and ignored`(hex: String) {
        var decoder = MessageDecoder(context: .external)
        var bytes = ByteBuffer(hex: "\(marker) \(hex)")
        guard case .message(.routeRefresh(let refresh))? = decoder.decode(buffer: &bytes) else {
            Issue.record("refused")
            return
        }
        #expect(![.request, .begin, .end].contains(refresh.subtype))
    }

    @Test func `65,535 octets are read where both said so`() {
        var open = ByteBuffer()
        open.writeMessage(.notification) { $0.writeRepeatingByte(6, count: 65_535 - Header.length) }
        var decoder = MessageDecoder(context: WireContext(maximumReceivedLength: 65_535))
        let expected = NotificationError(code: .cease, subcode: 6, data: Array(repeating: 6, count: 65_514))
        #expect(decoder.decode(buffer: &open) == .message(.notification(expected)))
    }

    @Test func `the decoder learns from the peer's OPEN how to read what follows`() throws {
        let router = try #require(RouterID("192.0.2.1"))
        let open = Open(asNumber: 65001, holdTime: .standard, routerID: router, capabilities: [.extendedMessages])
        var decoder = MessageDecoder(local: open)
        var bytes = Message.open(open).encoded(in: WireContext())
        _ = decoder.decode(buffer: &bytes)
        #expect(decoder.context == WireContext.negotiate(local: open, remote: open))
        #expect(decoder.context.fourOctetAS)
        #expect(decoder.context.isInternal)
    }
}

extension String {
    fileprivate func replacingLast(_ octet: String) -> String {
        String(trimmingSuffix.dropLast(2)) + octet
    }

    private var trimmingSuffix: Substring {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return text
    }
}
