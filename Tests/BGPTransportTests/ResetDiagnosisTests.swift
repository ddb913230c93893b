import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Logging
import Signals
import TestSupport
import Testing

private let routerPeer = PeerID(instance: "node", peer: "router")

/// What a node says of a router that pauses after a session which the node itself, or a failing link, has ended.
@Suite(.timeLimit(.minutes(10))) struct ResetDiagnosisTests {
    /// A node that dials a router, with its log.
    private struct Node {
        let speaker: BGPServer
        let instance: InstanceConfiguration
        let lines = LogLines()

        init(port: UInt16) throws {
            let loopback = try #require(IPAddress("127.0.0.1"))
            let routerID = try #require(RouterID("192.0.2.2"))
            instance = InstanceConfiguration(
                name: "node",
                localAS: 65001,
                routerID: routerID,
                peers: [
                    InstanceConfiguration.Peer(
                        PeerConfiguration(
                            name: "router",
                            remote: ScopedAddress(loopback),
                            remotePort: port,
                            remoteAS: 65000,
                            localAS: 65001,
                            routerID: routerID,
                            timers: PeerTimers(connectRetry: 1)
                        )
                    )
                ]
            )
            speaker = BGPServer(logger: lines.logger(from: .trace))
            speaker.apply([instance])
        }

        func run(_ body: (Node) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await speaker.run() }
                defer { group.cancelAll() }
                try await body(self)
            }
        }

        func peer(where condition: (PeerSnapshot) -> Bool) async throws -> PeerSnapshot {
            try await speaker.signal.changes().first { speaker.snapshot().first(where: condition) }
        }

        /// Waits for the session of this number, and returns every last error that was shown on the way.
        func established(_ number: Int) async throws -> [FailureExplanation] {
            var seen: [FailureExplanation] = []
            for await _ in speaker.signal.changes() {
                guard let peer = speaker.snapshot().first else { continue }
                if let failure = peer.lastFailure?.explanation, failure != seen.last { seen.append(failure) }
                if peer.state == .established, peer.establishedTransitions >= number { return seen }
            }
            throw Overdue(description: "the changes ended")
        }

        var blames: [String] { lines.all.filter { $0.contains("neighbor 127") || $0.contains("no neighbor") } }
    }

    /// The changes after which a session is reset, by the node's own hand.
    enum Change: CaseIterable {
        case timers, families, gracefulRestart, routerID, peerASN, asked

        func apply(to node: InstanceConfiguration, _ speaker: BGPServer) {
            var node = node
            var peer = node.peers[0].configuration
            switch self {
            case .timers: peer.timers.holdTime = 30
            case .families: peer.families = [.ipv4Unicast, .ipv6Unicast]
            case .gracefulRestart: peer.restartTime = 120
            case .routerID:
                // The instance is made anew, and with it the peer.
                node.routerID = RouterID("192.0.2.77") ?? node.routerID
                peer.routerID = node.routerID
            case .peerASN:
                // The peer is removed and added.
                peer.remoteAS = 0
            case .asked:
                return speaker.reset(routerPeer, message: "by hand")
            }
            node.peers[0].configuration = peer
            speaker.apply([node])
        }
    }

    @Test(arguments: Change.allCases, [PausingRouter.Manner.closingAfterOpen, .changing])
    func `a router that pauses after the node's own reset is not diagnosed as unconfigured`(
        change: Change,
        manner: PausingRouter.Manner
    ) async throws {
        try await PausingRouter.run(asNumber: 65000, manner, pauses: 3) { router in
            try await Node(port: router.port).run { node in
                _ = try await node.established(1)
                change.apply(to: node.instance, node.speaker)
                let number = [.routerID, .peerASN].contains(change) ? 1 : 2
                _ = try await node.peer { $0.state != .established }
                let errors = try await node.established(number)
                #expect(router.turnedAway == 3)
                #expect(errors.map(\.reason) == [.notAcceptedYet], "\(errors)")
                #expect(node.blames == [])
                #expect(node.lines.all.count { $0.contains("NotAcceptedYet") } == 1, "one cause is told once")
                // The router only took its time.
                let after = try await node.peer { $0.state == .established }
                #expect(after.lastFailure == nil)
            }
        }
    }

    @Test(arguments: PausingRouter.Manner.allCases)
    func `a broken link stays the last error`(manner: PausingRouter.Manner) async throws {
        try await PausingRouter.run(asNumber: 65000, manner, pauses: 2) { router in
            try await Node(port: router.port).run { node in
                _ = try await node.established(1)
                router.cut()
                _ = try await node.peer { $0.state != .established }
                let errors = try await node.established(2)
                #expect(router.turnedAway == 2)
                #expect(Set(errors.map(\.reason)) == [.connectionReset], "\(errors)")
                #expect(errors.last?.seen.hasSuffix("since then it has not accepted a new connection yet") == true)
                #expect(node.blames == [])
                #expect(node.lines.all.count { $0.contains("session failed") } == 1)
            }
        }
    }

    @Test func `a router that closes connections without ever having had a session may lack a neighbor statement`()
        async throws
    {
        // The first connection would be the session; another node has it.
        try await PausingRouter.run(asNumber: 65000, .closingAfterOpen, pauses: .max - 1) { router in
            try await RawPeer.dial(router.port) {
                try await Node(port: router.port).run { node in
                    let peer = try await node.peer { $0.lastFailure != nil }
                    #expect(peer.lastFailure?.explanation.reason == .closedAfterOpen)
                    #expect(peer.lastFailure?.explanation.fix == "add: neighbor 127.0.0.1 remote-as 65001")
                    // Again and again, and told once.
                    try await eventually("it was turned away three times", is: true) { router.turnedAway >= 3 }
                    #expect(node.lines.all.count { $0.hasPrefix("notice session failed") } == 1)
                }
            }
        }
    }

    @Test func `a session from a new address of the node may be unknown to the router`() async throws {
        try await PausingRouter.run(asNumber: 65000, .closingAfterOpen, pauses: .max - 1) { router in
            try await Node(port: router.port).run { node in
                _ = try await node.established(1)
                var changed = node.instance
                changed.peers[0].configuration.localAddress = IPAddress("127.0.0.7")
                node.speaker.apply([changed])
                let peer = try await node.peer { $0.lastFailure != nil }
                #expect(peer.lastFailure?.explanation.fix == "add: neighbor 127.0.0.7 remote-as 65001")
            }
        }
    }

    @Test func `after a session that ended at once the node waits a second, and the router may dial meanwhile`()
        async throws
    {
        try await Loopback.run(adjust: { router, node in
            router.isPassive = true
            node.timers = PeerTimers(holdTime: 9, keepalive: 3)
        }) { loopback in
            _ = try await loopback.established()
            var changed = loopback.nodeInstance
            changed.peers[0].configuration.timers.holdTime = 12
            loopback.node.apply([changed])
            let waiting = try await loopback.peer(of: loopback.node) { $0.state != .established }
            #expect(waiting.state == .active)
            #expect(waiting.connection.nextRetry != nil)
            let again = try await loopback.peer(of: loopback.node) {
                $0.state == .established && $0.negotiation?.holdTime == HoldTime(rawValue: 12)
            }
            #expect(again.lastFailure == nil)
        }
    }
}
