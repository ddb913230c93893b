import Addressing
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
        Row(testDescription: "a short ROUTE-REFRESH", hex: "\(marker) 0016 05", error: .badMessageLength(22)),
        Row(
            testDescription: "an OPEN of 4097 octets even with extended messages",
            hex: "\(marker) 1001 01",
            error: .badMessageLength(4097),
            context: WireContext(maximumReceivedLength: WireContext.extendedMessageLength)
        ),
        Row(
            testDescription: "a mark of a repetition with more in it",
            hex: "\(marker) 0018 05 0001 01 01 00",
            error: NotificationError(
                code: .routeRefresh,
                subcode: 1,
                data: Array(ByteBuffer(hex: "\(marker) 0018 05 0001 01 01 00").readableBytesView)
            )
        ),
    ]

    @Test(arguments: rows)
    func `a bad header is told as RFC 4271 §6.1 asks, without waiting for the body`(row: Row) {
        var decoder = MessageDecoder(context: row.context)
        var bytes = ByteBuffer(hex: row.hex)
        #expect(decoder.decode(buffer: &bytes) == .malformed(row.error))
        bytes = ByteBuffer(hex: "\(marker) 0013 04")
        #expect(decoder.decode(buffer: &bytes) == nil)
        #expect(bytes.readableBytes == 0)
    }

    @Test func `a request with filters that were not agreed on counts as a request`() {
        var decoder = MessageDecoder(context: .external)
        var bytes = ByteBuffer(hex: "\(marker) 001b 05 0001 00 01 01400000")
        #expect(decoder.decode(buffer: &bytes) == .message(.routeRefresh(RouteRefresh(.ipv4Unicast))))
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
