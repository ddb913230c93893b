import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Signals
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SpeakerTests {
    @Test func `two speakers establish a session and agree on their capabilities`() async throws {
        try await Loopback.run(adjust: { router, node in
            router.timers = PeerTimers(holdTime: 30, keepalive: 10)
            router.families = [.ipv4Unicast, .ipv6Unicast]
            node.families = [.ipv4Unicast, .ipv6Unicast]
            node.restartTime = 120
        }) { loopback in
            let snapshot = try await loopback.established()
            let negotiation = try #require(snapshot.negotiation)
            #expect(negotiation.remoteAS == 65000)
            #expect(negotiation.holdTime == HoldTime(rawValue: 30))
            #expect(negotiation.keepaliveInterval == .seconds(10))
            #expect(negotiation.families == [.ipv4Unicast, .ipv6Unicast])
            #expect(negotiation.localGracefulRestart?.restartTime == 120)
            #expect(negotiation.remoteGracefulRestart == nil)
            #expect(snapshot.connection.local?.address.description == "127.0.0.1")
            #expect(snapshot.connection.remote?.port == snapshot.configuration.remotePort)
            #expect(snapshot.establishedTransitions == 1)
            #expect(snapshot.lastFailure == nil)
        }
    }

    @Test func `the number of routes that a limit holds back is reported, even if no route changes`() async throws {
        try await Loopback.run { loopback in
            let id = Loopback.routerID
            let table = try RouteTable(prefixes: "203.0.113.1/32")
            loopback.node.announce([id: table], heldBack: [id: [.ipv4: 2]], isComplete: true)
            let counters = try await loopback.peer(of: loopback.node) { $0.families.first?.announced == 1 }.families
            #expect(counters.map(\.heldBack) == [2])
            loopback.node.announce([id: table], heldBack: [id: [.ipv4: 3]], isComplete: true)
            _ = try await loopback.peer(of: loopback.node) { $0.families.map(\.heldBack) == [3] }
            loopback.node.announce([id: table], isComplete: true)
            _ = try await loopback.peer(of: loopback.node) { $0.families.map(\.heldBack) == [0] }
        }
    }

    @Test func `routes arrive with their attributes, changes and withdrawals`() async throws {
        try await Loopback.run { loopback in
            let attributes = RouteAttributes(
                med: 5,
                asPathPrepend: 1,
                communities: [Community(65000, 1)],
                largeCommunities: [LargeCommunity(65000, 1, 2)]
            )
            let prefix = try #require(IPPrefix("203.0.113.1/32"))
            loopback.node.announce(
                [Loopback.routerID: RouteTable([Route(prefix: prefix, attributes: attributes)])],
                isComplete: true
            )
            let routes = try await loopback.received(["203.0.113.1/32"])
            let path = try #require(routes.first?.attributes)
            #expect(routes.first?.nextHop == .ipv4(IPv4Address(127, 0, 0, 1)))
            #expect(path.asPath == ASPath(sequence: [65001, 65001]))
            #expect(path.med == 5)
            #expect(path.communities == [Community(65000, 1)])
            #expect(path.largeCommunities == [LargeCommunity(65000, 1, 2)])
            let advertised = await loopback.node.advertised(Loopback.routerID)
            #expect(advertised.map(\.prefix) == [prefix])
            #expect(advertised.first?.nextHop == IPAddress("127.0.0.1"))
            #expect(advertised.first?.asPath == ASPath(sequence: [65001, 65001]))

            let next = try RouteTable(prefixes: "203.0.113.2/32", "203.0.113.3/32")
            loopback.node.announce([Loopback.routerID: next], isComplete: true)
            _ = try await loopback.received(["203.0.113.2/32", "203.0.113.3/32"])
            loopback.node.announce([:], isComplete: true)
            _ = try await loopback.received([])
            #expect(await loopback.node.advertised(Loopback.routerID) == [])
        }
    }

    @Test func `ten thousand routes arrive complete`() async throws {
        try await Loopback.run { loopback in
            let routes = (0..<10_000 as Range<UInt32>).map {
                Route(prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0))))
            }
            loopback.node.announce([Loopback.routerID: RouteTable(routes)], isComplete: true)
            let snapshot = try await loopback.peer(of: loopback.router) { $0.families.first?.received == 10_000 }
            #expect(snapshot.state == .established)
            let node = try await loopback.peer(of: loopback.node) { $0.families.first?.announced == 10_000 }
            #expect(
                node.families == [
                    .init(family: .ipv4Unicast, desired: 10_000, heldBack: 0, announced: 10_000, received: 0)
                ]
            )
        }
    }

    @Test func `the other side's NOTIFICATION is explained`() async throws {
        try await Loopback.run(adjust: { router, _ in router.remoteAS = 65010 }) { loopback in
            let snapshot = try await loopback.peer(of: loopback.node) { $0.lastFailure != nil }
            #expect(snapshot.lastFailure?.explanation.reason == .badPeerAS)
            #expect(
                snapshot.lastFailure?.evidence
                    == .received(NotificationError(code: .openMessage, subcode: 2), in: .openConfirm)
            )
            let router = try await loopback.peer(of: loopback.router) { $0.lastFailure != nil }
            #expect(router.lastFailure?.explanation.fix == "set peerASN to 65001, or correct the router")
        }
    }

    @Test func `a changed timer resets the session once, and an unchanged one never`() async throws {
        try await Loopback.run { loopback in
            _ = try await loopback.established()
            loopback.node.apply([loopback.nodeInstance])
            var changed = loopback.nodeInstance
            changed.peers[0].configuration.timers.holdTime = 60
            loopback.node.apply([changed])
            let snapshot = try await loopback.peer(of: loopback.node) {
                $0.state == .established && $0.negotiation?.holdTime == HoldTime(rawValue: 60)
            }
            #expect(snapshot.establishedTransitions == 2)
            let router = try await loopback.peer(of: loopback.router) { $0.lastFailure != nil }
            #expect(router.lastFailure?.explanation.reason == .configurationChanged)
        }
    }

    @Test func `a departure sends the other operator the reason`() async throws {
        try await Loopback.run { loopback in
            _ = try await loopback.established()
            await loopback.node.shutDown(.leaving(message: "maintenance"))
            let router = try await loopback.peer(of: loopback.router) { $0.lastFailure != nil }
            #expect(
                router.lastFailure?.evidence
                    == .received(.cease(.administrativeShutdown, message: "maintenance"), in: .established)
            )
            #expect(loopback.node.snapshot() == [])
        }
    }

    @Test func `a restart sends nothing`() async throws {
        try await Loopback.run { loopback in
            _ = try await loopback.established()
            await loopback.node.shutDown(.restarting)
            let router = try await loopback.peer(of: loopback.router) { $0.lastFailure != nil }
            #expect(router.lastFailure?.evidence == .disconnected(.closedByPeer, in: .established))
        }
    }

    @Test func `a session past its prefix limit ends`() async throws {
        try await Loopback.run(adjust: { router, _ in router.prefixLimit = 1 }) { loopback in
            let two = try RouteTable(prefixes: "203.0.113.1/32", "203.0.113.2/32")
            loopback.node.announce([Loopback.routerID: two], isComplete: true)
            let node = try await loopback.peer(of: loopback.node) { $0.lastFailure != nil }
            #expect(
                node.lastFailure?.evidence == .received(.maximumPrefixes(.ipv4Unicast, limit: 1), in: .established)
            )
        }
    }

    @Test func `a peer without its password stays down and says so`() async throws {
        try await Loopback.run { loopback in
            _ = try await loopback.established()
            var held = loopback.nodeInstance
            held.peers[0].heldDown = .authSecretMissing("bgp-auth")
            loopback.node.apply([held])
            let snapshot = try await loopback.peer(of: loopback.node) { $0.heldDown != nil && $0.state == .idle }
            #expect(snapshot.lastFailure?.explanation.reason == .authSecretMissing)
            loopback.node.apply([loopback.nodeInstance])
            let again = try await loopback.peer(of: loopback.node) { $0.state == .established }
            #expect(again.heldDown == nil)
        }
    }

    @Test func `a removed peer is forgotten`() async throws {
        try await Loopback.run { loopback in
            _ = try await loopback.established()
            loopback.node.apply([])
            let router = try await loopback.peer(of: loopback.router) { $0.lastFailure != nil }
            #expect(router.lastFailure?.evidence == .received(.cease(.peerDeconfigured), in: .established))
            try await loopback.node.signal.changes().first { loopback.node.snapshot().isEmpty ? () : nil }
        }
    }

    @Test func `a router that refuses is retried, and the likely omission on it is named`() async throws {
        try await Loopback.run(adjust: { _, _ in }) { loopback in
            var wrong = loopback.nodeInstance
            wrong.peers[0].configuration.remotePort = 1
            wrong.peers[0].configuration.localAddress = IPAddress("127.0.0.9")
            loopback.node.apply([wrong])
            let snapshot = try await loopback.peer(of: loopback.node) { $0.lastFailure?.evidence == .dial(.refused) }
            #expect(snapshot.connection.nextRetry != nil)
            #expect(snapshot.lastFailure?.explanation.cause.contains("source address 127.0.0.9") == true)
        }
    }

    @Test func `a connection from an unknown address is closed before anything is read`() async throws {
        try await Loopback.run(adjust: { _, node in node.localAddress = IPAddress("127.0.0.9") }) { loopback in
            let snapshot = try await loopback.peer(of: loopback.node) { snapshot in
                guard case .disconnected(_, in: .openSent) = snapshot.lastFailure?.evidence else { return false }
                return true
            }
            #expect(snapshot.lastFailure?.explanation.reason == .closedAfterOpen)
            #expect(loopback.router.snapshot().first?.connection.attempts == 0)
        }
    }

    @Test func `one peer's password changes without a message to the other`() async throws {
        let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))
        let passwords = [Password("one"), Password("two")]
        try await Loopback.run(adjust: { router, node in
            (router.remote, node.localAddress) = (
                ScopedAddress(.v4(IPv4Address(127, 0, 0, 2))), .v4(IPv4Address(127, 0, 0, 2))
            )
            (router.password, node.password) = (passwords[0], passwords[0])
        }) { speakers in
            var (router, node) = (speakers.routerInstance, speakers.nodeInstance)
            var second = (router.peers[0].configuration, node.peers[0].configuration)
            second.0.name = "second"
            second.0.remote = ScopedAddress(.v4(IPv4Address(127, 0, 0, 3)))
            second.1.name = "second"
            second.1.localAddress = .v4(IPv4Address(127, 0, 0, 3))
            second.1.remotePort = try #require(speakers.router.instances().first?.listening.first?.port)
            router.peers.append(InstanceConfiguration.Peer(second.0))
            node.peers.append(InstanceConfiguration.Peer(second.1))
            speakers.router.apply([router])
            speakers.node.apply([node])
            #expect(second.1.remote == ScopedAddress(loopback))
            _ = try await speakers.peer(of: speakers.node) { $0.id.peer == "second" && $0.state == .established }
            _ = try await speakers.peer(of: speakers.node) { $0.id.peer == "router" && $0.state == .established }

            router.peers[0].configuration.password = passwords[1]
            node.peers[0].configuration.password = passwords[1]
            speakers.router.apply([router])
            speakers.node.apply([node])
            _ = try await speakers.peer(of: speakers.node) {
                $0.id.peer == "router" && $0.state == .established && $0.establishedTransitions == 2
            }
            let other = try await speakers.peer(of: speakers.node) { $0.id.peer == "second" }
            #expect(other.state == .established)
            #expect(other.establishedTransitions == 1)
        }
    }

    @Test func `one working peer is served among five hundred that fail`() async throws {
        try await Loopback.run { loopback in
            try await TroubledRouters.run(asNumber: 65000) { routers in
                var node = loopback.nodeInstance
                var broken = node.peers[0].configuration
                broken.timers.connectRetry = 1
                var ids: [TroubledRouters.Trouble: Set<PeerID>] = [:]
                for number in 0..<500 as Range<UInt32> {
                    let troubles = TroubledRouters.Trouble.allCases
                    let trouble = troubles[Int(number) % troubles.count]
                    broken.name = "\(trouble)-\(number)"
                    broken.remote = ScopedAddress(.v4(IPv4Address(rawValue: 0x7F01_0001 + number)))
                    broken.remotePort = routers.port(trouble)
                    node.peers.append(InstanceConfiguration.Peer(broken))
                    ids[trouble, default: []].insert(PeerID(instance: node.name, peer: broken.name))
                }
                _ = try await loopback.established()
                loopback.node.apply([node])
                // Routes change all the while, until every trouble has been seen at each of its peers.
                var rounds = 0
                while rounds < 20 || !Self.haveShown(ids, at: loopback.node) {
                    rounds += 1
                    let all = ["203.0.113.\(rounds % 200)/32", "203.0.114.\(rounds % 200)/32"]
                    // One and two in turn, since a speaker tells of counts.
                    let prefixes = Array(all.prefix(1 + rounds % 2))
                    let table = RouteTable(try prefixes.map { Route(prefix: try #require(IPPrefix($0))) })
                    loopback.node.announce([Loopback.routerID: table], isComplete: true)
                    _ = try await loopback.received(prefixes)
                }
                for speaker in [loopback.router, loopback.node] {
                    let peer = try await loopback.peer(of: speaker) { !$0.id.peer.contains("-") }
                    #expect(peer.state == .established)
                    #expect(peer.establishedTransitions == 1)
                }
            }
        }
    }

    /// Whether all peers have been seen in the trouble that they are in.
    private static func haveShown(_ ids: [TroubledRouters.Trouble: Set<PeerID>], at speaker: BGPServer) -> Bool {
        let peers = Dictionary(speaker.snapshot().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return ids.allSatisfy { trouble, ids in
            ids.allSatisfy { id in
                guard let peer = peers[id] else { return false }
                return switch (trouble, peer.lastFailure?.evidence) {
                case (.refusing, .dial(.refused)): true
                case (.silent, nil), (.silent, .openOverdue): peer.state == .openSent
                case (.garbled, .sent(let error, _, _)): error.code == .messageHeader
                case (.flapping, .disconnected): peer.establishedTransitions > 1
                default: false
                }
            }
        }
    }
}
