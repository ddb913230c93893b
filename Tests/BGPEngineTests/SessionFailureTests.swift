import BGPEngine
import BGPTypes
import BGPWire
import TestSupport
import Testing

@Suite struct SessionFailureTests {
    struct Row: CustomTestStringConvertible {
        let evidence: SessionFailure
        let reason: FailureReason
        /// What the line must say, whatever else.
        let says: String
        var testDescription: String { "\(reason.rawValue) says \(says)" }
    }

    static let rows: [Row] = [
        Row(
            evidence: .dial(.refused),
            reason: .connectionRefused,
            says: "no neighbor statement for this source address 10.0.0.12"
        ),
        Row(evidence: .dial(.refused), reason: .connectionRefused, says: "neighbor 10.0.0.12 remote-as 65001"),
        Row(evidence: .dial(.timedOut(nil)), reason: .connectionTimedOut, says: "10.0.0.1 did not answer"),
        Row(evidence: .dial(.timedOut(.wronglySigned)), reason: .passwordMismatch, says: "TCPMD5Failure"),
        Row(evidence: .dial(.timedOut(.unsigned)), reason: .passwordMismatch, says: "has no password for 10.0.0.12"),
        Row(evidence: .dial(.timedOut(.signed)), reason: .passwordMismatch, says: "set authSecretRef"),
        Row(evidence: .dial(.timedOut(.tooDistant)), reason: .ttlMismatch, says: "TCPMinTTLDrop"),
        Row(evidence: .dial(.noRoute), reason: .noRoute, says: "has no route to 10.0.0.1"),
        Row(evidence: .dial(.absentFromLink), reason: .unreachable, says: "ip neigh show 10.0.0.1"),
        Row(evidence: .dial(.unreachable), reason: .unreachable, says: "set ebgpMultihop"),
        Row(
            evidence: .dial(.noSuchLocalAddress),
            reason: .localAddressMissing,
            says: "no interface of this node has it"
        ),
        Row(evidence: .dial(.localAddressInUse), reason: .localAddressInUse, says: "another BGP speaker"),
        Row(evidence: .dial(.noSuchInterface), reason: .sourceInterfaceMissing, says: "no interface of that name"),
        Row(evidence: .dial(.notPermitted), reason: .notPermitted, says: "NET_ADMIN"),
        Row(evidence: .dial(.outOfResources), reason: .outOfResources, says: "descriptors"),
        Row(
            evidence: .stopped(.outOfResources, in: .established),
            reason: .outOfResources,
            says: "raise --received-routes-memory"
        ),
        Row(evidence: .dial(.optionRefused("TCP MD5")), reason: .socketOptionRefused, says: "would not set TCP MD5"),
        Row(
            evidence: .notAdmitted(.optionRefused("TCP MD5")),
            reason: .socketOptionRefused,
            says: "connections from 10.0.0.1 are not accepted: the kernel would not set TCP MD5"
        ),
        Row(evidence: .notAdmitted(.noRoomForKeys), reason: .socketOptionRefused, says: "net.core.optmem_max"),
        Row(
            evidence: .notAdmitted(.otherPassword(peer: "other")),
            reason: .socketOptionRefused,
            says: "peer other has the same address with another password"
        ),
        Row(evidence: .dial(.other("odd")), reason: .connectionFailed, says: "odd"),
        Row(
            evidence: .disconnected(.closedByPeer, in: .openSent),
            reason: .closedAfterOpen,
            says: "without an answer to OPEN"
        ),
        Row(evidence: .disconnected(.resetByPeer, in: .openSent), reason: .closedAfterOpen, says: "not for AS 65001"),
        Row(
            evidence: .disconnected(.timedOut(nil), in: .openSent),
            reason: .ttlMismatch,
            says: "then nothing came from it any more"
        ),
        Row(
            evidence: .disconnected(.timedOut(nil), in: .openConfirm),
            reason: .ttlMismatch,
            says: "set ttlSecurity to the number of hops"
        ),
        Row(
            evidence: .disconnected(.timedOut(.tooDistant), in: .openSent),
            reason: .ttlMismatch,
            says: "lower TTL than ttlSecurity"
        ),
        Row(
            evidence: .disconnected(.closedByPeer, in: .established),
            reason: .connectionClosed,
            says: "without a NOTIFICATION"
        ),
        Row(
            evidence: .disconnected(.resetByPeer, in: .established),
            reason: .connectionReset,
            says: "reset the connection"
        ),
        Row(
            evidence: .disconnected(.timedOut(nil), in: .established),
            reason: .connectionTimedOut,
            says: "acknowledged nothing"
        ),
        Row(evidence: .disconnected(.failed("odd"), in: .established), reason: .connectionFailed, says: "odd"),
        Row(
            evidence: .holdTimerExpired(in: .openSent, holdTime: nil),
            reason: .openTimedOut,
            says: "sends no OPEN"
        ),
        Row(evidence: .openOverdue(nil), reason: .openTimedOut, says: "its BGP process hangs"),
        Row(evidence: .openOverdue(.tooDistant), reason: .ttlMismatch, says: "TCPMinTTLDrop"),
        Row(
            evidence: .holdTimerExpired(in: .established, holdTime: .standard),
            reason: .holdTimerExpired,
            says: "hold time of 90s"
        ),
        Row(
            evidence: received(2, 2),
            reason: .badPeerAS,
            says: "2/2 Bad Peer AS: it expects another AS from 10.0.0.12, this node is 65001"
        ),
        Row(evidence: received(2, 3), reason: .badRouterID, says: "router id 10.0.0.12"),
        Row(evidence: received(2, 6), reason: .unacceptableHoldTime, says: "hold time of 90 seconds"),
        Row(evidence: received(2, 7), reason: .unsupportedCapability, says: "ipv4/unicast"),
        Row(evidence: received(2, 1), reason: .unsupportedVersion, says: "version 4"),
        Row(evidence: received(2, 4), reason: .openRefused, says: "does not understand capabilities"),
        Row(evidence: received(2, 5), reason: .authenticationFailed, says: "authSecretRef"),
        Row(evidence: received(4, 0), reason: .holdTimerExpired, says: "heard nothing from this node"),
        Row(evidence: received(3, 1), reason: .updateError, says: "3/1"),
        Row(evidence: received(5, 3), reason: .stateMachineError, says: "5/3"),
        Row(evidence: received(1, 2), reason: .messageError, says: "1/2"),
        Row(evidence: received(6, 1), reason: .prefixLimitExceeded, says: "maximum-prefix"),
        Row(evidence: received(6, 2, [3, 0x62, 0x79, 0x65]), reason: .administrativeShutdown, says: "\"bye\""),
        Row(evidence: received(6, 3), reason: .peerDeconfigured, says: "has no neighbor statement for 10.0.0.12"),
        Row(
            evidence: .received(.cease(.peerDeconfigured), in: .established),
            reason: .peerDeconfigured,
            says: "was removed"
        ),
        Row(evidence: received(6, 4), reason: .administrativeReset, says: "6/4"),
        Row(evidence: received(6, 5), reason: .connectionRejected, says: "no neighbor statement for 10.0.0.12"),
        Row(evidence: received(6, 6), reason: .configurationChanged, says: "configuration changed"),
        Row(evidence: received(6, 7), reason: .connectionCollision, says: "another BGP speaker runs here"),
        Row(evidence: received(6, 8), reason: .peerOutOfResources, says: "6/8"),
        Row(evidence: received(6, 9, [6, 3]), reason: .peerDeconfigured, says: "6/9"),
        Row(evidence: received(6, 10), reason: .bfdDown, says: "BFD"),
        Row(evidence: received(6, 0), reason: .ceased, says: "gave no reason"),
        Row(
            evidence: .sent(
                NotificationError(code: .openMessage, subcode: 2),
                in: .openSent,
                open: try? Fixture.open(asNumber: 65010)
            ),
            reason: .badPeerAS,
            says: "the router is in AS 65010, peerASN is 65000; set peerASN to 65010"
        ),
        Row(
            evidence: .sent(
                NotificationError(code: .openMessage, subcode: 7),
                in: .openSent,
                open: try? Fixture.open(capabilities: [.multiprotocol(.ipv6Unicast)])
            ),
            reason: .unsupportedCapability,
            says: "none of the families ipv4/unicast, but ipv6/unicast"
        ),
        Row(
            evidence: .stopped(.prefixLimit(.ipv4Unicast, limit: 10), in: .established),
            reason: .prefixLimitExceeded,
            says: "more than 10 prefixes of ipv4/unicast"
        ),
        Row(
            evidence: .stopped(.sendHoldTimerExpired, in: .established),
            reason: .sendHoldTimerExpired,
            says: "took nothing"
        ),
        Row(
            evidence: .heldDown(.authSecretMissing("bgp-auth")),
            reason: .authSecretMissing,
            says: "Secret \"bgp-auth\""
        ),
        Row(
            evidence: .heldDown(.authSecretUnusable("bgp-auth", .tooLong)),
            reason: .authSecretUnusable,
            says: "the password in Secret \"bgp-auth\" is longer than the 80 octets"
        ),
        Row(
            evidence: .heldDown(.authSecretUnusable("bgp-auth", .empty)),
            reason: .authSecretUnusable,
            says: "the password in Secret \"bgp-auth\" is empty"
        ),
        Row(evidence: .heldDown(.missingPeerConfig("tor")), reason: .missingPeerConfig, says: "BGPPeerConfig \"tor\""),
        Row(evidence: .heldDown(.invalidConfiguration("no family")), reason: .invalidConfiguration, says: "no family"),
    ]

    private static func received(_ code: UInt8, _ subcode: UInt8, _ data: [UInt8] = []) -> SessionFailure {
        .received(
            NotificationError(code: NotificationError.Code(rawValue: code), subcode: subcode, data: data),
            in: .openSent
        )
    }

    @Test(arguments: rows) func `a failure names its cause and fix`(row: Row) throws {
        let explanation = row.evidence.explanation(
            for: try Fixture.peer(),
            in: FailureContext(localAddress: "10.0.0.12")
        )
        #expect(explanation.reason == row.reason)
        #expect(explanation.description.contains(row.says), "\(explanation)")
    }

    @Test(arguments: FailureReason.allCases)
    func `every failure is in the documented table`(reason: FailureReason) throws {
        let table = try Checkout.read("config/README.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let rows = table.filter { row in
            row.split(separator: "|").first?.contains("`\(reason.rawValue)`") == true
        }
        #expect(rows.count == 1)
    }

    @Test func `a port is shown when it is not BGP's, and an IPv6 address in brackets`() throws {
        var peer = try Fixture.peer()
        peer.remote = try Fixture.address("fd00::1")
        peer.remotePort = 1179
        let explanation = SessionFailure.dial(.refused).explanation(for: peer, in: FailureContext())
        #expect(explanation.seen == "[fd00::1]:1179 refused the connection")
    }

    @Test func `a failure suspects the password of a peer that has one`() throws {
        var peer = try Fixture.peer()
        peer.password = Password("sesame")
        let explanation = SessionFailure.dial(.timedOut(nil)).explanation(for: peer, in: FailureContext())
        #expect(explanation.cause.hasPrefix("the passwords differ"))
        #expect(!"\(peer)".contains("sesame"))
    }
}

@Suite struct FailureSilenceTests {
    static let badPeer = SessionFailure.received(.badPeerAS, in: .openSent)
    static let shutdown = SessionFailure.received(.cease(.administrativeShutdown), in: .established)
    static let silence = SessionFailure.disconnected(.closedByPeer, in: .openSent)

    @Test func `silence after a stated reason is a consequence of that reason`() {
        #expect(Self.silence.echo(of: Self.badPeer) == "it closes new connections without a word")
        #expect(SessionFailure.disconnected(.resetByPeer, in: .openSent).echo(of: Self.badPeer) != nil)
        #expect(SessionFailure.dial(.refused).echo(of: Self.shutdown) == "it refuses new connections")
    }

    @Test(arguments: [Disconnection.closedByPeer, .resetByPeer])
    func `silence is a consequence where the router may still hold a dead connection`(end: Disconnection) {
        let silence = SessionFailure.disconnected(end, in: .openSent)
        for evidence in [
            SessionFailure.disconnected(.timedOut(nil), in: .openSent), .disconnected(.timedOut(nil), in: .openConfirm),
            .openOverdue(.tooDistant), .dial(.timedOut(.wronglySigned)),
        ] {
            #expect(silence.echo(of: evidence) == "it closes new connections without a word")
        }
        #expect(silence.echo(of: .openOverdue(nil)) == nil)
    }

    @Test func `silence does not hide what the kernel has seen once`() {
        for evidence in [
            SessionFailure.dial(.timedOut(.unsigned)), .openOverdue(.signed),
            .disconnected(.timedOut(.tooDistant), in: .openSent),
        ] {
            #expect(SessionFailure.dial(.timedOut(nil)).echo(of: evidence) == "it does not answer new connections")
            #expect(
                SessionFailure.disconnected(.timedOut(nil), in: .openSent).echo(of: evidence)
                    == "it acknowledges nothing on new connections"
            )
            #expect(SessionFailure.openOverdue(nil).echo(of: evidence) == "no OPEN comes from it")
            let expired = SessionFailure.holdTimerExpired(in: .openSent, holdTime: nil)
            #expect(expired.echo(of: evidence) == "no OPEN comes from it")
            // Other evidence is news.
            #expect(SessionFailure.dial(.timedOut(.signed)).echo(of: evidence) == nil)
        }
        #expect(SessionFailure.dial(.timedOut(nil)).echo(of: .dial(.timedOut(nil))) == nil)
        #expect(SessionFailure.dial(.timedOut(nil)).echo(of: .dial(.refused)) == nil)
    }

    @Test(arguments: [
        SessionFailure.holdTimerExpired(in: .established, holdTime: .standard),
        .received(.holdTimerExpired, in: .established), .disconnected(.timedOut(nil), in: .established),
    ])
    func `silence after an established session is not taken for a wrong TTL or password`(cutOff: SessionFailure) {
        #expect(SessionFailure.dial(.timedOut(nil)).echo(of: cutOff) == "it does not answer new connections")
        #expect(
            SessionFailure.disconnected(.timedOut(nil), in: .openConfirm).echo(of: cutOff)
                == "it acknowledges nothing on new connections"
        )
        #expect(SessionFailure.dial(.absentFromLink).echo(of: cutOff) == nil)
    }

    @Test func `a Cease may merely turn the connection away`() {
        let collision = SessionFailure.received(.cease(.connectionCollisionResolution), in: .openSent)
        let rejected = SessionFailure.received(.cease(.connectionRejected), in: .openSent)
        let silence = SessionFailure.disconnected(.timedOut(nil), in: .openConfirm)
        #expect(collision.echo(of: silence) == "it turns new connections away")
        #expect(rejected.echo(of: silence) == "it turns new connections away")
        #expect(rejected.echo(of: Self.shutdown) == "it turns new connections away")
        #expect(rejected.echo(of: .sent(.badPeerAS, in: .openSent, open: nil)) == "it turns new connections away")
        #expect(rejected.echo(of: rejected) == nil)
        // Another speaker may have taken the session over.
        #expect(collision.echo(of: Self.shutdown) == nil)
    }

    @Test func `silence may follow the OPEN where the session was ended with a reason`() {
        let closed = SessionFailure.disconnected(.closedByPeer, in: .openConfirm)
        #expect(closed.echo(of: Self.shutdown) == "it closes new connections without a word")
        #expect(closed.echo(of: .disconnected(.timedOut(nil), in: .openConfirm)) != nil)
        #expect(closed.echo(of: Self.badPeer) == nil)
    }

    @Test func `silence after anything else is news, and nothing else is a consequence`() {
        #expect(Self.silence.echo(of: .dial(.refused)) == nil)
        #expect(Self.silence.echo(of: Self.silence) == nil)
        #expect(SessionFailure.dial(.refused).echo(of: Self.badPeer) == nil)
        #expect(SessionFailure.disconnected(.closedByPeer, in: .established).echo(of: Self.badPeer) == nil)
        #expect(Self.badPeer.echo(of: Self.badPeer) == nil)
    }

    @Test func `the words of a failure mention the silence, and the fix stays`() throws {
        let explanation = Self.shutdown.explanation(for: try Fixture.peer(), in: FailureContext())
        let both = explanation.followed(by: "it refuses new connections")
        #expect(both.seen == "10.0.0.1 answered 6/2 Administrative Shutdown; since then it refuses new connections")
        #expect((both.reason, both.cause, both.fix) == (explanation.reason, explanation.cause, explanation.fix))
    }
}

@Suite struct SecondSpeakerTests {
    @Test(arguments: [
        SessionFailure.disconnected(.closedByPeer, in: .openSent),
        .received(.cease(.connectionCollisionResolution), in: .openSent),
        .received(.cease(.connectionRejected), in: .openSent),
    ])
    func `a second speaker is named when the router turns this one away`(evidence: SessionFailure) throws {
        let setting = FailureContext(localAddress: "10.0.0.12", rival: "10.0.0.12:40000")
        let explanation = evidence.explanation(for: try Fixture.peer(), in: setting)
        #expect(explanation.reason == .connectionCollision)
        #expect(explanation.cause.contains("(10.0.0.12:40000)"))
        #expect(explanation.fix.contains("ss -tnp"))
    }

    @Test func `a second speaker is not blamed for unrelated failures`() throws {
        let setting = FailureContext(localAddress: "10.0.0.12", rival: "10.0.0.12:40000")
        let explanation = SessionFailure.received(.badPeerAS, in: .openSent)
            .explanation(for: try Fixture.peer(), in: setting)
        #expect(explanation.reason == .badPeerAS)
    }
}

@Suite struct MultihopDiagnosisTests {
    let setting = FailureContext(localAddress: "10.0.0.12", isOnLink: false)

    @Test func `a router behind another one needs multihop`() throws {
        let refused = SessionFailure.dial(.refused).explanation(for: try Fixture.peer(), in: setting)
        #expect(refused.fix == "start BGP there, or add: neighbor 10.0.0.12 remote-as 65001 with multihop")
        let silent = SessionFailure.disconnected(.timedOut(nil), in: .openSent)
            .explanation(for: try Fixture.peer(), in: setting)
        #expect(silent.cause.hasPrefix("it sends to 10.0.0.12 with TTL 1"))
    }

    @Test func `a router may be further away than ebgpMultihop allows`() throws {
        var peer = try Fixture.peer()
        peer.distance = .multihop(3)
        let explanation = SessionFailure.dial(.unreachable).explanation(for: peer, in: setting)
        #expect(explanation.cause == "the way ends there, or is longer than the 3 hops that are allowed")
    }
}
