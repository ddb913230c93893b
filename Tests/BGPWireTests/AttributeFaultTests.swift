import BGPTypes
import BGPWire
import NIOCore
import Testing

/// A row for each way in which RFC 7606 and its companions let an attribute be wrong.
@Suite struct AttributeFaultTests {
    struct Row: CustomTestStringConvertible {
        var testDescription: String
        var attribute: String
        var external: AttributeFault.Disposition?
        var `internal`: AttributeFault.Disposition?
        var subcode: UInt8

        init(
            _ name: String,
            _ attribute: String,
            _ external: AttributeFault.Disposition?,
            `internal`: AttributeFault.Disposition? = nil,
            _ subcode: UInt8
        ) {
            testDescription = name
            self.attribute = attribute
            self.external = external
            self.internal = `internal` ?? external
            self.subcode = subcode
        }
    }

    static let rows: [Row] = [
        Row("ORIGIN optional (3 c)", "c0 01 01 00", .treatAsWithdraw, 4),
        Row("ORIGIN empty (7.1)", "40 01 00", .treatAsWithdraw, 5),
        Row("ORIGIN of two octets (7.1)", "40 01 02 0000", .treatAsWithdraw, 5),
        Row("ORIGIN 3 (7.1)", "40 01 01 03", .treatAsWithdraw, 6),
        Row("AS_PATH optional (3 c)", "c0 02 06 02 01 0000fde9", .treatAsWithdraw, 4),
        Row("AS_PATH segment of kind 0 (7.2)", "40 02 06 00 01 0000fde9", .treatAsWithdraw, 11),
        Row("AS_PATH segment of kind 5 (7.2)", "40 02 06 05 01 0000fde9", .treatAsWithdraw, 11),
        Row("AS_PATH segment without numbers (7.2)", "40 02 02 02 00", .treatAsWithdraw, 11),
        Row("AS_PATH segment too long (7.2)", "40 02 06 02 02 0000fde9", .treatAsWithdraw, 11),
        Row("AS_PATH of one octet (7.2)", "40 02 01 02", .treatAsWithdraw, 11),
        Row("AS_PATH with AS 0 (RFC 7607)", "40 02 06 02 01 00000000", .treatAsWithdraw, 11),
        Row("NEXT_HOP of three octets (7.3)", "40 03 03 c00002", .treatAsWithdraw, 5),
        Row("NEXT_HOP 0.0.0.0", "40 03 04 00000000", .treatAsWithdraw, 8),
        Row("NEXT_HOP 0.0.0.1", "40 03 04 00000001", .treatAsWithdraw, 8),
        Row("NEXT_HOP 224.0.0.1", "40 03 04 e0000001", .treatAsWithdraw, 8),
        Row("MULTI_EXIT_DISC transitive (3 c)", "c0 04 04 0000000a", .treatAsWithdraw, 4),
        Row("MULTI_EXIT_DISC of five octets (7.4)", "80 04 05 000000000a", .treatAsWithdraw, 5),
        Row("LOCAL_PREF of three octets (7.5)", "40 05 03 000000", .discard, internal: .treatAsWithdraw, 5),
        Row("ATOMIC_AGGREGATE with a value (7.6)", "40 06 01 00", .discard, 5),
        Row("AGGREGATOR of seven octets (7.7)", "c0 07 07 0000fde90a0000", .discard, 5),
        Row("AGGREGATOR of AS 0 (RFC 7607)", "c0 07 08 000000000a000002", .discard, 9),
        Row("COMMUNITIES not transitive (3 c)", "80 08 04 ffff0001", .treatAsWithdraw, 4),
        Row("COMMUNITIES empty (7.8)", "c0 08 00", .treatAsWithdraw, 5),
        Row("COMMUNITIES of five octets (7.8)", "c0 08 05 ffff000100", .treatAsWithdraw, 5),
        Row("ORIGINATOR_ID of three octets (7.9)", "80 09 03 0a0000", .discard, internal: .treatAsWithdraw, 5),
        Row("CLUSTER_LIST empty (7.10)", "80 0a 00", .discard, internal: .treatAsWithdraw, 5),
        Row("CLUSTER_LIST of five octets (7.10)", "80 0a 05 0a00000200", .discard, internal: .treatAsWithdraw, 5),
        Row("EXTENDED COMMUNITIES empty (7.14)", "c0 10 00", .treatAsWithdraw, 5),
        Row("EXTENDED COMMUNITIES of nine octets (7.14)", "c0 10 09 0002fde90000000100", .treatAsWithdraw, 5),
        Row("AS4_PATH from a speaker of four octets (RFC 6793 §6)", "c0 11 06 02 01 00010001", .discard, 9),
        Row("AS4_AGGREGATOR from a speaker of four octets", "c0 12 08 0001000a 0a000002", .discard, 9),
        Row(
            "LARGE_COMMUNITY of thirteen octets (RFC 8092 §6)",
            "c0 20 0d 0000fde9000000010000000200",
            .treatAsWithdraw,
            5
        ),
        Row("MULTI_EXIT_DISC twice (3 g)", "80 04 04 0000000a 80 04 04 0000000b", .discard, 1),
        Row("an attribute longer than the list (4)", "80 04 05 0000", .treatAsWithdraw, 1),
        Row("an attribute cut off in its header (4)", "80 04", .treatAsWithdraw, 1),
        Row("unknown, well-known (RFC 4271 §6.3)", "40 c8 01 00", .resetSession, 2),
        Row(
            "MP_REACH_NLRI with a next hop of nine octets (7.11)",
            "80 0e 0e 0002 01 09 20010db80000000000 00",
            .resetSession,
            9
        ),
        Row("MP_REACH_NLRI with a prefix of 129 bits", reachable("81"), .resetSession, 9),
        Row(
            "MP_REACH_NLRI with a next hop of ::",
            reachable("00", nextHop: String(repeating: "00", count: 16)),
            .treatAsWithdraw,
            8
        ),
        Row("MP_UNREACH_NLRI cut short (7.12)", "80 0f 08 0002 01 40 20010db8", .resetSession, 9),
        Row("MP_UNREACH_NLRI twice (3 g)", "80 0f 03 0002 01 80 0f 03 0002 01", .resetSession, 1),
    ]

    private static func reachable(_ prefix: String, nextHop: String = "20010db8000000000000000000000001") -> String {
        "80 0e 16 0002 01 10 \(nextHop) 00 \(prefix)"
    }

    /// An UPDATE of one prefix with the attribute in question and all the mandatory ones it does not replace.
    private static func update(_ attribute: String, prefixes: String = "18 c63364") -> ByteBuffer {
        let attribute = ByteBuffer(hex: attribute)
        let type = attribute.getInteger(at: 1, as: UInt8.self)
        var attributes = ByteBuffer()
        for (code, octets) in [(1, "40 01 01 00"), (2, "40 02 06 02 01 0000fde9"), (3, "40 03 04 c0000201")]
            as [(UInt8, String)]
        where code != type {
            attributes.writeImmutableBuffer(ByteBuffer(hex: octets))
        }
        attributes.writeImmutableBuffer(attribute)
        var body = ByteBuffer()
        body.writeMultipleIntegers(UInt16(0), UInt16(attributes.readableBytes))
        body.writeImmutableBuffer(attributes)
        body.writeImmutableBuffer(ByteBuffer(hex: prefixes))
        return body
    }

    @Test(arguments: rows, [WireContext.external, WireContext.internal])
    func `each fault has the treatment that its RFC asks for`(row: Row, context: WireContext) throws {
        let expected = context.isInternal ? row.internal : row.external
        // What an external peer may not send at all is not looked at.
        let subcode = !context.isInternal && row.internal != row.external ? 9 : row.subcode
        do throws(NotificationError) {
            let update = try UpdateMessage(decoding: Self.update(row.attribute), context: context)
            #expect(update.disposition == expected)
            #expect(update.faults.map(\.notification.subcode) == [subcode])
            let network = IPPrefix(host: .v4(IPv4Address(198, 51, 100, 0))).shortened(to: 24)
            #expect(update.announcements.flatMap { Array($0.prefixes) }.contains(network) == (expected == .discard))
            #expect(update.withdrawals.flatMap { Array($0) }.contains(network) == (expected == .treatAsWithdraw))
        } catch {
            #expect(expected == .resetSession)
            #expect(error.code == .updateMessage)
            #expect(error.subcode == subcode)
        }
    }

    @Test(arguments: [(AttributeType.origin, 1), (.asPath, 2), (.nextHop, 3)] as [(AttributeType, UInt8)])
    func `a mandatory attribute that is absent withdraws the routes`(type: AttributeType, code: UInt8) throws {
        let full = [(1, "40 01 01 00"), (2, "40 02 06 02 01 0000fde9"), (3, "40 03 04 c0000201")] as [(UInt8, String)]
        let rest = full.filter { $0.0 != code }.map(\.1).joined()
        let attributes = ByteBuffer(hex: rest)
        var body = ByteBuffer()
        body.writeMultipleIntegers(UInt16(0), UInt16(attributes.readableBytes))
        body.writeImmutableBuffer(attributes)
        body.writeImmutableBuffer(ByteBuffer(hex: "18 c63364"))
        let update = try UpdateMessage(decoding: body, context: .external)
        #expect(update.faults == [AttributeFault(type, .treatAsWithdraw, .missingWellKnown(type))])
        #expect(update.announcements.isEmpty)
    }

    @Test func `a fault that would withdraw resets the session when there is nothing to withdraw (5.2)`() {
        let body = Self.update("80 04 03 000000", prefixes: "")
        #expect(throws: NotificationError.attributeLength([0x80, 4, 3, 0, 0, 0])) {
            try UpdateMessage(decoding: body, context: .external)
        }
    }

    @Test func `the strongest of several treatments counts`() throws {
        let body = Self.update("40 06 01 00 80 04 03 000000")
        let update = try UpdateMessage(decoding: body, context: .external)
        #expect(update.faults.map(\.disposition) == [.discard, .treatAsWithdraw])
        #expect(update.disposition == .treatAsWithdraw)
    }

    @Test(arguments: [
        ("0000", NotificationError.malformedAttributeList), ("0003 08 0a", .malformedAttributeList),
        ("0000 0004 40 01 01", .malformedAttributeList), ("0002 21 0a 0000", .invalidNetworkField),
        ("0001 18 0000", .invalidNetworkField), ("0000 0000 21", .invalidNetworkField),
    ])
    func `lengths that do not fit together reset the session (RFC 7606 §4, §5.3)`(
        body: String,
        error: NotificationError
    ) {
        #expect(throws: error) { try UpdateMessage(decoding: ByteBuffer(hex: body), context: .external) }
    }

    @Test func `bits past a prefix's length are cleared`() throws {
        let update = try UpdateMessage(
            decoding: ByteBuffer(hex: "0003 09 0aff 0000"),
            context: .external
        )
        #expect(update.withdrawn.map(\.description) == ["10.128.0.0/9"])
    }

    @Test func `unknown optional attributes are passed on marked, or end here`() throws {
        let update = try UpdateMessage(
            decoding: Self.update("c0 c8 02 0102 80 c9 01 00"),
            context: .external
        )
        #expect(
            update.attributes.unknown == [
                RawAttribute(
                    flags: [.optional, .transitive, .partial],
                    type: AttributeType(rawValue: 200),
                    value: [1, 2]
                )
            ]
        )
        #expect(update.faults.isEmpty)
    }
}

extension IPPrefix {
    /// The network of this many bits around it.
    fileprivate func shortened(to length: UInt8) -> IPPrefix {
        IPPrefix(masking: address, length: length) ?? self
    }
}
