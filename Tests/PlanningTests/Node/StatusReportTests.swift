import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeJSON
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

@Suite struct StatusReportTests {
    private static let id = PeerID(instance: "main", peer: "tor")
    private static let now = Timestamp(secondsSinceEpoch: 1_800_000_000)

    /// One instance with one peer, planned from its resources; `limit` is its `announceLimit`.
    private static func plans(limit: Int? = nil) -> [InstancePlan] {
        planSessions(
            NodeConfiguration(
                nodeName: "n1",
                node: Node(metadata: ObjectMeta(name: "n1")),
                nodeConfig: BGPNodeConfig(
                    metadata: ObjectMeta(name: "n1"),
                    spec: BGPNodeConfig.Spec(
                        bgpInstances: [
                            BGPNodeConfig.Instance(
                                name: "main",
                                localASN: 65001,
                                routerID: RouterID("10.0.0.9"),
                                localPort: 179,
                                peers: [
                                    BGPNodeConfig.Peer(
                                        name: "tor",
                                        peerAddress: ScopedAddress("10.0.0.1"),
                                        peerASN: 65000,
                                        peerConfigRef: PeerConfigReference(name: "tor")
                                    )
                                ]
                            )
                        ]
                    )
                ),
                peerConfigs: [
                    BGPPeerConfig(
                        metadata: ObjectMeta(name: "tor"),
                        spec: BGPPeerConfig.Spec(announceLimit: limit, families: [.init(afi: .ipv4, safi: .unicast)])
                    )
                ]
            )
        )
    }

    private static func snapshot(
        _ failure: SessionFailure?,
        state: SessionState = .active
    ) throws -> PeerSnapshot {
        let configuration = try #require(plans().first?.configuration?.peers.first?.configuration)
        var snapshot = PeerSnapshot(
            id: id,
            configuration: configuration,
            state: state,
            since: Timestamp(secondsSinceEpoch: 1_799_999_000)
        )
        snapshot.lastFailure = failure.map {
            PeerSnapshot.Failure(
                time: Timestamp(secondsSinceEpoch: 1_799_999_500),
                evidence: $0,
                explanation: $0.explanation(for: configuration, in: FailureContext(localAddress: "10.0.0.9"))
            )
        }
        return snapshot
    }

    @Test func `an unusable state directory is reported, and makes nothing else unready`() {
        let report = StatusReport(
            plans: Self.plans(),
            peers: [],
            instances: [],
            gates: NodeGates(),
            stateFault: "nothing is kept"
        )
        let status = report.status(observedGeneration: 3, previous: [], now: Self.now)
        let ready = status.conditions.of("Ready")
        #expect(ready?.status == .true)
        #expect(ready?.message == "the configuration is applied; nothing is kept")
        #expect(status.problem == "nothing is kept")
    }

    private static func status(
        _ failure: SessionFailure?,
        instances: [InstanceSnapshot] = [],
        limit: Int? = nil,
        heldBack: [PeerID: [IPFamily: Int]] = [:]
    ) throws -> BGPNodeConfig.Status {
        StatusReport(
            plans: plans(limit: limit),
            peers: [try snapshot(failure)],
            instances: instances,
            gates: NodeGates(),
            heldBack: heldBack
        )
        .status(observedGeneration: 3, previous: [], now: now)
    }

    struct Row: CustomTestStringConvertible {
        let failure: SessionFailure
        let reason: String
        var notification: (SessionError.Direction, Int, Int)?
        var text: String?
        var testDescription: String { "\(failure)" }
    }

    static let rows: [Row] = [
        Row(failure: .dial(.refused), reason: "ConnectionRefused"),
        Row(failure: .dial(.timedOut(nil)), reason: "ConnectionTimedOut"),
        Row(failure: .dial(.timedOut(.wronglySigned)), reason: "PasswordMismatch"),
        Row(failure: .dial(.noRoute), reason: "NoRoute"),
        Row(failure: .dial(.absentFromLink), reason: "Unreachable"),
        Row(failure: .dial(.noSuchLocalAddress), reason: "LocalAddressMissing"),
        Row(failure: .dial(.outOfResources), reason: "OutOfResources"),
        Row(failure: .disconnected(.closedByPeer, in: .openSent), reason: "ClosedAfterOpen"),
        Row(failure: .disconnected(.timedOut(.tooDistant), in: .openSent), reason: "TTLMismatch"),
        Row(failure: .disconnected(.resetByPeer, in: .established), reason: "ConnectionReset"),
        Row(failure: .openOverdue(nil), reason: "OpenTimedOut"),
        Row(
            failure: .holdTimerExpired(in: .established, holdTime: .standard),
            reason: "HoldTimerExpired",
            notification: (.sent, 4, 0)
        ),
        Row(failure: .sent(.badPeerAS, in: .openSent, open: nil), reason: "BadPeerAS", notification: (.sent, 2, 2)),
        Row(failure: .received(.badPeerAS, in: .openSent), reason: "BadPeerAS", notification: (.received, 2, 2)),
        Row(
            failure: .received(.cease(.administrativeShutdown, message: "moving"), in: .established),
            reason: "AdministrativeShutdown",
            notification: (.received, 6, 2),
            text: "moving"
        ),
        Row(
            failure: .received(.cease(.administrativeReset, message: "again").asHardReset, in: .established),
            reason: "AdministrativeReset",
            notification: (.received, 6, 9),
            text: "again"
        ),
        Row(
            failure: .stopped(.prefixLimit(.ipv4Unicast, limit: 10), in: .established),
            reason: "PrefixLimitExceeded",
            notification: (.sent, 6, 1)
        ),
        Row(
            failure: .stopped(.sendHoldTimerExpired, in: .established),
            reason: "SendHoldTimerExpired",
            notification: (.sent, 8, 0)
        ),
        Row(failure: .heldDown(.authSecretMissing("md5")), reason: "AuthSecretMissing"),
        Row(failure: .notAdmitted(.optionRefused("TCP MD5")), reason: "SocketOptionRefused"),
    ]

    @Test(arguments: rows) func `the status says what happened, when, why and what to do`(row: Row) throws {
        let status = try Self.status(row.failure)
        let error = try #require(status.bgpInstances.first?.peers.first?.lastError)
        let explanation = try #require(try Self.snapshot(row.failure).lastFailure?.explanation)
        #expect(error.reason == row.reason)
        #expect(error.message == explanation.seen)
        #expect(error.cause == explanation.cause)
        #expect(error.fix == explanation.fix)
        #expect(error.time == Timestamp(secondsSinceEpoch: 1_799_999_500))
        #expect(error.direction == row.notification?.0)
        #expect(error.code == row.notification?.1)
        #expect(error.subcode == row.notification?.2)
        #expect(error.text == row.text)
        #expect(status.problem == "peer main/tor: \(explanation.seen)")
    }

    @Test func `a port in use comes before a peer that is down`() throws {
        let taken = FailureExplanation(.portInUse, seen: "port 179 is taken", cause: "BIRD runs here", fix: "stop it")
        let status = try Self.status(
            .dial(.refused),
            instances: [InstanceSnapshot(name: "main", failure: taken)]
        )
        #expect(status.problem == "instance main: port 179 is taken: BIRD runs here; stop it")
        let ready = status.conditions.first { $0.type == "Ready" }
        #expect(ready?.status == .false)
        #expect(ready?.reason == "PortInUse")
        #expect(ready?.observedGeneration == 3)
    }

    @Test func `Ready says which peers' connections are not accepted`() throws {
        let refusal = AdmissionFailure.noRoomForKeys.explanation(for: "connections from peer tor")
        let status = try Self.status(nil, instances: [InstanceSnapshot(name: "main", refusals: [refusal])])
        let ready = status.conditions.first { $0.type == "Ready" }
        #expect(ready?.status == .false)
        #expect(ready?.reason == "SocketOptionRefused")
        #expect(ready?.message?.contains("instance main: connections from peer tor are not accepted") == true)
        #expect(status.problem == ready?.message)
    }

    @Test func `the status says which peers lack routes`() throws {
        let status = try Self.status(nil, limit: 3, heldBack: [Self.id: [.ipv4: 2]])
        let condition = status.conditions.first { $0.type == "RoutesHeldBack" }
        #expect(condition?.status == .true)
        #expect(condition?.reason == "AnnounceLimitReached")
        #expect(condition?.message == "2 routes of ipv4/unicast for peer main/tor are held back by announceLimit 3")
        #expect(status.problem == condition?.message)
        let none = try Self.status(nil, limit: 3).conditions.first { $0.type == "RoutesHeldBack" }
        #expect(none?.status == .false)
    }

    @Test func `the status says which tenants have more than may be announced`() throws {
        var web = Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: Service.Spec(type: "ClusterIP"))
        web.spec.externalIPs = (1...65).map { "192.0.2.\($0)" }
        let entry = BGPAdvertisement.Entry(
            advertisementType: .service,
            service: BGPAdvertisement.ServiceOptions(addresses: [.externalIP]),
            selector: LabelSelector()
        )
        let peer = BGPNodeConfig.Peer(name: "tor", peerConfigRef: PeerConfigReference(name: "tor"))
        let family = BGPPeerConfig.FamilyEntry(afi: .ipv4, safi: .unicast, advertisements: LabelSelector())
        let configuration = NodeConfiguration(
            nodeName: "n1",
            nodeConfig: BGPNodeConfig(
                metadata: ObjectMeta(name: "n1"),
                spec: BGPNodeConfig.Spec(bgpInstances: [BGPNodeConfig.Instance(name: "main", peers: [peer])])
            ),
            peerConfigs: [
                BGPPeerConfig(metadata: ObjectMeta(name: "tor"), spec: BGPPeerConfig.Spec(families: [family]))
            ],
            advertisements: [
                BGPAdvertisement(
                    metadata: ObjectMeta(name: "all"),
                    spec: BGPAdvertisement.Spec(advertisements: [entry])
                )
            ],
            gates: NodeGates(bounds: RouteBounds(perService: 64, perNamespace: 60))
        )
        let excesses = Advertiser(NodeSnapshot(configuration: configuration, services: [web])).boundExcesses
        let status = StatusReport(
            plans: Self.plans(),
            peers: [try Self.snapshot(nil)],
            instances: [],
            gates: NodeGates(),
            excesses: excesses
        )
        .status(observedGeneration: 3, previous: [], now: Self.now)
        let condition = status.conditions.first { $0.type == "RoutesHeldBack" }
        #expect(condition?.status == .true)
        #expect(condition?.reason == "TooManyRoutes")
        #expect(
            condition?.message
                == "1 route of Service/shop/web is held back by --max-routes-per-service 64; "
                + "4 routes of namespace shop are held back by --max-routes-per-namespace 60"
        )
    }

    /// Plans of so many peers that all name one BGPPeerConfig, and what is known of them.
    private static func crowd(_ count: Int, peerConfig: String, failure: SessionFailure?) throws -> StatusReport {
        let peers = (0..<count).map { number in
            BGPNodeConfig.Peer(
                name: "peer-\(number)",
                peerAddress: ScopedAddress("10.0.\(number >> 8).\(number & 255)"),
                peerASN: 65000,
                peerConfigRef: PeerConfigReference(name: peerConfig)
            )
        }
        let spec = BGPNodeConfig.Spec(
            bgpInstances: [
                BGPNodeConfig.Instance(name: "main", localASN: 65001, routerID: RouterID("10.0.0.9"), peers: peers)
            ]
        )
        let plans = planSessions(
            NodeConfiguration(
                nodeName: "n1",
                node: Node(metadata: ObjectMeta(name: "n1")),
                nodeConfig: BGPNodeConfig(metadata: ObjectMeta(name: "n1"), spec: spec),
                peerConfigs: [BGPPeerConfig(metadata: ObjectMeta(name: "tor"), spec: BGPPeerConfig.Spec())]
            )
        )
        let snapshots = plans.flatMap(\.peers).compactMap { plan -> PeerSnapshot? in
            guard let configuration = plan.configuration else { return nil }
            var snapshot = PeerSnapshot(
                id: plan.id,
                configuration: configuration,
                state: .active,
                since: Timestamp(secondsSinceEpoch: 1_799_999_000)
            )
            snapshot.lastFailure = failure.map {
                PeerSnapshot.Failure(
                    time: Timestamp(secondsSinceEpoch: 1_799_999_500),
                    evidence: $0,
                    explanation: $0.explanation(for: configuration, in: FailureContext(localAddress: "10.0.0.9"))
                )
            }
            return snapshot
        }
        return StatusReport(plans: plans, peers: snapshots, instances: [], gates: NodeGates())
    }

    @Test func `the status is short though 512 peers share one mistake`() throws {
        let status = try Self.crowd(512, peerConfig: "misspelt", failure: nil)
            .status(observedGeneration: 3, previous: [], now: Self.now)
        let ready = try #require(status.conditions.first { $0.type == "Ready" })
        #expect(ready.status == .false)
        #expect(ready.reason == "MissingPeerConfig")
        let message = try #require(ready.message)
        #expect(message.utf8.count <= 1024)
        #expect(message.hasSuffix("; and 509 more"))
        #expect(message.contains("BGPPeerConfig/misspelt"))
        #expect(status.bgpInstances.first?.peers.count == 512)
    }

    @Test func `the status stays plain and below a server's limit, whatever 512 routers send`() throws {
        let text = String(repeating: "\u{1B}[2J\n\u{202E}", count: 30)
        let failure = SessionFailure.received(.cease(.administrativeShutdown, message: text), in: .established)
        let status = try Self.crowd(512, peerConfig: "tor", failure: failure)
            .status(observedGeneration: 3, previous: [], now: Self.now)
        #expect(status.bgpInstances.first?.peers.allSatisfy { $0.lastError?.text != nil } == true)
        let written = try JSON.encode(status)
        #expect(written.count < 1_400_000)
        #expect(!String(decoding: written, as: UTF8.self).contains { "\u{1B}\u{202E}".contains($0) })
        #expect(!String(decoding: written, as: UTF8.self).contains("\\n"))
    }
}
