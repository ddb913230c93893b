import BGPEngine
import BGPTypes
import BGPWire
import Testing

/// Routers pause when a session has ended, and turn new connections away in the words, or in the silence, in which they turn
/// away strangers.
@Suite struct SessionPauseTests {
    static let turnedAway: [SessionFailure] = [
        .dial(.refused), .disconnected(.closedByPeer, in: .openSent), .disconnected(.resetByPeer, in: .openSent),
        .disconnected(.closedByPeer, in: .openConfirm), .disconnected(.resetByPeer, in: .openConfirm),
        .received(.cease(.connectionRejected), in: .openSent),
        .received(.cease(.connectionRejected), in: .openConfirm),
        .received(.cease(.connectionCollisionResolution), in: .openSent),
    ]

    private func words(_ evidence: SessionFailure, since: Duration?) throws -> FailureExplanation {
        evidence.explanation(
            for: try Fixture.peer(),
            in: FailureContext(localAddress: "10.0.0.12", sinceSession: since)
        )
    }

    @Test(arguments: turnedAway)
    func `a router that had a session a moment ago may not have accepted yet, and lacks no statement`(
        evidence: SessionFailure
    ) throws {
        let explanation = try words(evidence, since: .milliseconds(1700))
        #expect(explanation.reason == .notAcceptedYet)
        let seen = "the router has not accepted the new connection yet (the session was up 1s ago)"
        #expect(explanation.seen.hasPrefix(seen))
        #expect(!explanation.description.contains("neighbor"))
        #expect(explanation.fix.hasPrefix("nothing need be done"))
        // Without a session before, what it may mean is told.
        let stranger = try words(evidence, since: nil)
        #expect(stranger.reason != .notAcceptedYet)
    }

    @Test func `the router is quoted when it said something`() throws {
        let explanation = try words(.received(.cease(.connectionRejected), in: .openSent), since: .seconds(3))
        #expect(explanation.seen.hasSuffix("(the session was up 3s ago): it answered 6/5 Connection Rejected"))
    }

    @Test(arguments: [
        SessionFailure.dial(.timedOut(nil)), .dial(.noRoute), .dial(.noSuchLocalAddress), .openOverdue(nil),
        .received(.badPeerAS, in: .openSent), .received(.unacceptableHoldTime, in: .openSent),
        .received(.unsupportedCapability([]), in: .openSent), .sent(.badPeerAS, in: .openSent, open: nil),
        .disconnected(.timedOut(.wronglySigned), in: .openSent), .disconnected(.closedByPeer, in: .established),
        .heldDown(.authSecretMissing("x")),
    ])
    func `the router is believed when it gives a reason, and so is the node`(evidence: SessionFailure) throws {
        #expect(try words(evidence, since: .seconds(1)) == words(evidence, since: nil))
    }

    @Test func `a router that says its neighbor statement is gone is believed`() throws {
        let deconfigured = SessionFailure.received(.cease(.peerDeconfigured), in: .openSent)
        #expect(try words(deconfigured, since: nil).cause == "the router has no neighbor statement for 10.0.0.12")
        #expect(try words(deconfigured, since: .seconds(1)).cause.hasSuffix("was removed from the router"))
        let rejected = SessionFailure.received(.cease(.connectionRejected), in: .established)
        #expect(try words(rejected, since: nil).cause == "the router does not want a connection now")
        #expect(try !words(rejected, since: nil).description.contains("neighbor"))
    }

    @Test func `no statement is suspected while another speaker of the node has the session`() throws {
        let explanation = SessionFailure.disconnected(.closedByPeer, in: .openSent).explanation(
            for: try Fixture.peer(),
            in: FailureContext(localAddress: "10.0.0.12", rival: "10.0.0.12:40000", sinceSession: .seconds(1))
        )
        #expect(explanation.reason == .connectionCollision)
    }

    @Test func `the pause lasts the hold time, and at least ninety seconds`() throws {
        for (holdTime, patience) in [(0, 90), (3, 90), (90, 90), (240, 240)] as [(UInt16, Int64)] {
            let agreed = try #require(HoldTime(rawValue: holdTime))
            #expect(SessionFailure.patience(afterHoldTime: agreed) == .seconds(patience))
        }
    }

    @Test func `a passive peer says that the router will dial again`() throws {
        let explanation = SessionFailure.disconnected(.closedByPeer, in: .openSent).explanation(
            for: try Fixture.peer(isPassive: true),
            in: FailureContext(sinceSession: .seconds(1))
        )
        #expect(explanation.fix == "nothing need be done: it dials again")
    }
}

/// What data of a NOTIFICATION name is told, and nothing else.
@Suite struct NotificationDetailTests {
    private static let families: [RouteFamily] = [.ipv4Unicast, .ipv6Unicast]

    private func words(_ error: NotificationError, in state: SessionState = .openSent) throws -> FailureExplanation {
        SessionFailure.received(error, in: state).explanation(
            for: try Fixture.peer(families: Self.families),
            in: FailureContext(localAddress: "10.0.0.12")
        )
    }

    @Test func `a NOTIFICATION can name one family of two`() throws {
        let explanation = try words(.unsupportedCapability([.multiprotocol(.ipv6Unicast)]))
        #expect(explanation.reason == .unsupportedCapability)
        #expect(explanation.seen == "10.0.0.1 answered 2/7 Unsupported Capability: ipv6/unicast")
        #expect(explanation.cause == "it does not take the family ipv6/unicast")
        #expect(!explanation.description.contains("ipv4"))
        #expect(explanation.fix.hasPrefix("activate it for neighbor 10.0.0.12 on the router"))
    }

    @Test func `a NOTIFICATION can name both families, or neither`() throws {
        let both = "it does not take the families ipv4/unicast, ipv6/unicast"
        #expect(try words(.unsupportedCapability(Self.families.map { .multiprotocol($0) })).cause == both)
        #expect(try words(.unsupportedCapability([])).cause == both)
        #expect(try words(NotificationError(code: .openMessage, subcode: 7, data: [1, 4, 0])).cause == both)
    }

    @Test func `a NOTIFICATION can name a family that this node does not offer`() throws {
        let explanation = try words(.unsupportedCapability([.multiprotocol(RouteFamily(afi: 25, safi: 70))]))
        #expect(explanation.cause == "it asks for the family l2vpn/evpn, which this node does not offer")
        #expect(explanation.fix.hasPrefix("add it to the peer's families"))
    }

    @Test func `a NOTIFICATION can name capabilities of this node or of others`() throws {
        let role = try words(NotificationError(code: .openMessage, subcode: 7, data: [9, 1, 0]))
        #expect(role.cause == #"it asks for the capability "role", which this node does not have"#)
        let number = try words(.unsupportedCapability([.fourOctetAS(65001)]))
        #expect(number.cause == #"it does not take the capability "four-octet AS" as this node offers it"#)
        let mixed = try words(.unsupportedCapability([.multiprotocol(.ipv4Unicast), .fourOctetAS(65001)]))
        #expect(mixed.cause.hasPrefix("it does not take the family ipv4/unicast, and it does not take the capability"))
        // As many as fit are named, however many come.
        let many = (10...250 as ClosedRange<UInt8>).flatMap { code -> [UInt8] in [code, 0] }
        let long = try words(NotificationError(code: .openMessage, subcode: 7, data: many))
        #expect(long.description.utf8.count < 2000)
    }

    @Test func `a NOTIFICATION can name a limit, an attribute, a message or a version`() throws {
        let limit = try words(.maximumPrefixes(.ipv6Unicast, limit: 20), in: .established)
        #expect(limit.cause == "this node announces more prefixes than the router takes: 20 of ipv6/unicast")
        let missing = try words(.missingWellKnown(.origin), in: .established)
        #expect(missing.cause == "the router does not accept an UPDATE without the attribute ORIGIN")
        let flags = try words(.attributeFlags([0x80, 1, 1, 0]), in: .established)
        #expect(flags.cause == "the router does not accept the attribute ORIGIN as this node sent it")
        let type = try words(.badMessageType(5), in: .established)
        #expect(type.cause == "the router does not accept the ROUTE-REFRESH that this node sent")
        let state = try words(.unexpected(.update, in: .openConfirm), in: .openConfirm)
        #expect(state.cause == "the router does not accept the UPDATE that this node sent")
        let version = try words(NotificationError(code: .openMessage, subcode: 1, data: [0, 3]))
        #expect(version.cause == "it speaks BGP version 3, and not 4")
        #expect(try words(.unsupportedVersion).cause == "it does not speak BGP version 4")
        let role = try words(NotificationError(code: .openMessage, subcode: 11))
        #expect(role.cause.contains("RFC 9234"))
        #expect(
            try words(.malformedAttributeList, in: .established).cause
                == "the router does not accept what this node sent"
        )
    }

    @Test func `a NOTIFICATION is read inside a hard reset`() throws {
        let explanation = try words(NotificationError.maximumPrefixes(.ipv4Unicast, limit: 7).asHardReset)
        #expect(explanation.cause.hasSuffix(": 7 of ipv4/unicast"))
    }
}
