import BGPTypes
import BGPWire
import Testing

@Suite struct NotificationTests {
    @Test(arguments: [
        (NotificationError.holdTimerExpired, "Hold Timer Expired (4/0)"),
        (.badMessageLength(4097), "Message Header Error, Bad Message Length: length 4097 (1/2)"),
        (.badPeerAS, "OPEN Message Error, Bad Peer AS (2/2)"),
        (
            .unsupportedCapability([.fourOctetAS(65001)]),
            "OPEN Message Error, Unsupported Capability: four-octet AS (2/7)"
        ),
        (
            .unsupportedCapability([.multiprotocol(.ipv6Unicast)]),
            "OPEN Message Error, Unsupported Capability: ipv6/unicast (2/7)"
        ),
        (
            .unsupportedCapability([.multiprotocol(.ipv6Unicast), .routeRefresh, .multiprotocol(.ipv6Unicast)]),
            "OPEN Message Error, Unsupported Capability: ipv6/unicast and route refresh (2/7)"
        ),
        (
            NotificationError(code: .openMessage, subcode: 7, data: [1, 4, 0, 2]),
            "OPEN Message Error, Unsupported Capability (2/7)"
        ),
        (.missingWellKnown(.origin), "UPDATE Message Error, Missing Well-known Attribute: ORIGIN (3/3)"),
        (
            .unexpected(.update, in: .openConfirm),
            "Finite State Machine Error, Receive Unexpected Message in OpenConfirm State: UPDATE (5/2)"
        ),
        (.cease(.peerDeconfigured), "Cease, Peer De-configured (6/3)"),
        (.cease(.administrativeReset, message: "back at 9"), "Cease, Administrative Reset: \"back at 9\" (6/4)"),
        (
            .maximumPrefixes(.ipv4Unicast, limit: 100_000),
            "Cease, Maximum Number of Prefixes Reached: ipv4/unicast, limit 100000 (6/1)"
        ),
        (
            NotificationError.cease(.administrativeShutdown).asHardReset,
            "Cease, Hard Reset: Cease, Administrative Shutdown (6/2) (6/9)"
        ),
        (NotificationError(code: .init(rawValue: 77), subcode: 7), "code 77, subcode 7 (77/7)"),
    ])
    func `an error says in words what happened`(error: NotificationError, words: String) {
        #expect(error.description == words)
    }

    @Test func `a sentence for the other operator is cut at a character`() {
        let error = NotificationError.cease(.administrativeShutdown, message: String(repeating: "ü", count: 200))
        #expect(error.data.count == 255)
        #expect(error.message == String(repeating: "ü", count: 127))
    }

    @Test(
        arguments: [
            ([], nil), ([0], nil), ([3, 0x61], nil), ([2, 0x61, 0x1B], "a\u{FFFD}"), ([1, 0xFF], "\u{FFFD}"),
            ([1, 0x61, 0x62], "a"),
        ] as [([UInt8], String?)]
    )
    func `a sentence from outside is harmless or absent`(data: [UInt8], text: String?) {
        #expect(NotificationError(code: .cease, subcode: 2, data: data).message == text)
    }

    @Test func `few of the errors that can be sent are assigned`() {
        let assigned = (0...255 as ClosedRange<UInt8>).map { code in
            (0...255 as ClosedRange<UInt8>).count {
                NotificationError(code: .init(rawValue: code), subcode: $0).isAssigned
            }
        }
        #expect(assigned.prefix(10) == [0, 4, 12, 12, 1, 4, 11, 2, 1, 0])
        #expect(assigned.reduce(0, +) == 47)
        #expect(NotificationError.badPeerAS.isAssigned)
        #expect(NotificationError.cease(.outOfResources).isAssigned)
    }

    @Test func `what data name is read as far as it goes`() {
        let both = NotificationError.unsupportedCapability([.multiprotocol(.ipv4Unicast), .fourOctetAS(65001)])
        #expect(both.namedCapabilities == [.multiprotocol(.ipv4Unicast), .fourOctetAS(65001)])
        let cut = NotificationError(code: .openMessage, subcode: 7, data: Array(both.data.dropLast()))
        #expect(cut.namedCapabilities == [.multiprotocol(.ipv4Unicast)])
        // A code alone, as some send it, and one whose value does not fit.
        let odd = NotificationError(code: .openMessage, subcode: 7, data: [9, 0, 65, 1, 7])
        #expect(odd.namedCapabilities.map(\.code.rawValue) == [9, 65])
        #expect(NotificationError(code: .openMessage, subcode: 7, data: [1]).namedCapabilities == [])
        #expect(NotificationError(code: .openMessage, subcode: 6, data: both.data).namedCapabilities == [])
        #expect(NotificationError.maximumPrefixes(.ipv6Unicast, limit: 70_000).namedPrefixLimit?.limit == 70_000)
        #expect(NotificationError.unsupportedVersion.namedVersion == 4)
        #expect(NotificationError.unexpected(.update, in: .openSent).namedMessage == .update)
        #expect(NotificationError.missingWellKnown(.origin).namedAttribute == .origin)
        #expect(NotificationError.attributeFlags([0x80, 2, 1, 7]).namedAttribute == AttributeType(rawValue: 2))
        #expect(NotificationError.malformedAttributeList.namedAttribute == nil)
    }

    @Test func `a hard reset wraps the error that it is about`() {
        let inner = NotificationError.cease(.administrativeShutdown, message: "gone")
        #expect(inner.asHardReset.isHardReset)
        #expect(inner.asHardReset.insideHardReset == inner)
        #expect(inner.insideHardReset == nil)
    }
}
