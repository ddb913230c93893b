import BGPEngine
import BGPTransport
import BGPTypes
import NIOCore
import NIOPosix
import Signals
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignedPeerTests {
    /// What a restarted or reconfigured listener is called from.
    enum Way: String, CaseIterable {
        case oneInstance, twoInstances, ipv6

        var addresses: [String] { self == .ipv6 ? ["::1"] : ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"] }
        var listenAddress: String { self == .ipv6 ? "::1" : "127.0.0.1" }
        var instances: [String] { self == .twoInstances ? ["router", "other"] : ["router"] }
        /// Below those that systems give away, so that the port is free again after each restart.
        var port: UInt16 { self == .oneInstance ? 17_911 : self == .twoInstances ? 17_912 : 17_913 }
    }

    @Test(arguments: Way.allCases)
    func `no session comes up without its password over fifty restarts of the listener`(way: Way) async throws {
        // When the kernel is told a key, nobody can connect yet.
        let early = Mutex(0)
        let octets = try UnsignedCallers.octets()
        let options = SocketOptions { option, use in
            if option == .signature, use == .listening {
                let connection = UnsignedConnection(from: way.addresses[0], to: way.port, saying: octets)
                if connection.isOpen { early.withLock { $0 += 1 } }
            }
            return nil
        }
        let instances = try way.instances.map { name in
            try Self.instance(
                name,
                port: way.port,
                peers: way.addresses.map { try Self.peer($0, password: "sesame") }
            )
        }
        try await Self.run([], listenAddress: way.listenAddress, options: options) { speaker in
            let callers = try UnsignedCallers(from: way.addresses, to: way.port)
            for _ in 0..<50 {
                speaker.apply(instances)
                try await speaker.signal.changes().first {
                    speaker.instances().contains { $0.listening != [] } ? () : nil
                }
                try await callers.tryAgain(times: 100)
                #expect(speaker.snapshot().map(\.establishedTransitions).allSatisfy { $0 == 0 })
                speaker.apply([])
                try await speaker.signal.changes().first { speaker.instances().isEmpty ? () : nil }
            }
            try await callers.stop()
            #expect(callers.opens == 0)
        }
        #expect(early.withLock { $0 } == 0)
    }

    /// What a peer without protection gets while connections from its address wait.
    enum Change: String, CaseIterable {
        case password, secret, removedAndAdded, ttlSecurity

        func apply(to instance: inout InstanceConfiguration) {
            instance.peers[0].heldDown = nil
            switch self {
            case .ttlSecurity: instance.peers[0].configuration.distance = .ttlSecurity(hops: 1)
            case .password, .secret, .removedAndAdded:
                instance.peers[0].configuration.password = Password("sesame")
                instance.peers[0].configuration.needsPassword = true
            }
        }
    }

    @Test(arguments: Change.allCases)
    func `a connection that waited while its protection was set is not accepted`(change: Change) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let octets = try UnsignedCallers.octets()
        var peer = try Self.peer("127.0.0.2", password: nil)
        if change == .secret { peer.heldDown = .authSecretMissing("secret") }
        let instance = try Self.instance(peers: [peer])
        var changed = instance
        change.apply(to: &changed)
        try await Self.run([instance], group: group) { speaker in
            let port = try await Self.port(of: speaker)
            let loop = try await HeldLoop.hold(group.any())
            if change == .removedAndAdded {
                var empty = instance
                empty.peers = []
                speaker.apply([empty])
            }
            speaker.apply([changed])
            let first = UnsignedConnection(from: "127.0.0.2", to: port, saying: octets)
            let second = UnsignedConnection(from: "127.0.0.2", to: port, saying: octets)
            let areOpen = [first.isOpen, second.isOpen]
            #expect(areOpen == [true, true])
            loop.release()
            let firstAnswer = first.answer()
            #expect(firstAnswer == .turnedAway)
            let secondAnswer = second.answer()
            #expect(secondAnswer == .turnedAway)
            _ = try await speaker.signal.changes().first {
                speaker.snapshot().first?.configuration == changed.peers[0].configuration ? () : nil
            }
            #expect(speaker.snapshot().map(\.establishedTransitions) == [0])
            #expect(speaker.snapshot().allSatisfy { $0.state != .established })
            // Without the protection, connections are taken at the same port again.
            speaker.apply([instance])
            _ = try await eventually("an unsigned connection is answered", every: .milliseconds(5)) {
                let connection = UnsignedConnection(from: "127.0.0.2", to: port, saying: octets)
                let answer = connection.answer()
                return (change == .secret ? connection.isOpen : answer == .session) ? true : nil
            }
        }
        try await group.shutdownGracefully()
    }

    @Test func `no session comes up without its password while passwords change under a flood`() async throws {
        let addresses = ["127.0.0.2", "127.0.0.3"]
        let plain = try Self.instance(peers: addresses.map { try Self.peer($0, password: nil) })
        try await Self.run([plain]) { speaker in
            let port = try await Self.port(of: speaker)
            let callers = try UnsignedCallers(from: addresses, to: port)
            for word in 0..<20 {
                var signed = plain
                for index in signed.peers.indices { signed.peers[index].configuration.password = Password("\(word)") }
                speaker.apply([signed])
                let seen = try await speaker.signal.changes().first { () -> [PeerSnapshot]? in
                    let peers = speaker.snapshot()
                    return peers.map(\.configuration) == signed.peers.map(\.configuration) ? peers : nil
                }
                #expect(seen.allSatisfy { $0.state != .established })
                try await callers.tryAgain(times: 200)
                #expect(speaker.snapshot().map(\.establishedTransitions) == seen.map(\.establishedTransitions))
                #expect(speaker.snapshot().allSatisfy { $0.state != .established })
                // Without it they are peers like any other.
                speaker.apply([plain])
                try await speaker.signal.changes().first {
                    let peers = speaker.snapshot()
                    return zip(peers, seen).contains { $0.establishedTransitions > $1.establishedTransitions }
                        ? () : nil
                }
            }
            try await callers.stop()
            #expect(callers.sessions > 0)
        }
    }

    @Test func `a peer is held down while its password is unknown, whoever planned it`() async throws {
        var peer = try Self.peer("127.0.0.2", password: nil)
        peer.configuration.needsPassword = true
        try await Self.run([try Self.instance(peers: [peer])]) { speaker in
            let port = try await Self.port(of: speaker)
            let unsigned = UnsignedConnection(from: "127.0.0.2", to: port, saying: try UnsignedCallers.octets())
            let unsignedAnswer = unsigned.answer()
            #expect(unsignedAnswer == .turnedAway)
            let held = try await Self.peer("127.0.0.2", of: speaker) { $0.heldDown != nil }
            #expect(held.lastFailure?.explanation.reason == .invalidConfiguration)
        }
    }

    @Test(arguments: ["127.0.0.2", "::1"])
    func `a peer with password and TTL security accepts no distant OPEN beside a peer at any distance`(address: String)
        async throws
    {
        var near = try Self.peer(address, password: nil)
        near.configuration.distance = .ttlSecurity(hops: 1)
        let anywhere = try Self.peer(address == "::1" ? "2001:db8::9" : "127.0.0.3", password: nil)
        let isIPv6 = address == "::1"
        try await Self.run(
            [try Self.instance(peers: [near, anywhere])],
            listenAddress: isIPv6 ? "::1" : "127.0.0.1"
        ) { speaker in
            let port = try await Self.port(of: speaker)
            let afar = UnsignedConnection(from: address, to: port, saying: try UnsignedCallers.octets())
            let afarAnswer = afar.answer()
            #expect(afarAnswer == .turnedAway)
            let told = try await Self.peer(address, of: speaker) { $0.lastFailure != nil }
            #expect(told.lastFailure?.explanation.reason == .ttlMismatch)
            #expect(told.establishedTransitions == 0)
            try await Self.dial(speaker, port, from: address, password: nil, ttlSecurity: 1) { router in
                _ = try await router.signal.changes().first { router.snapshot().first { $0.state == .established } }
            }
            guard !isIPv6 else { return }
            let other = UnsignedConnection(from: "127.0.0.3", to: port, saying: try UnsignedCallers.octets())
            let otherAnswer = other.answer()
            #expect(otherAnswer == .session)
        }
    }

    @Test func `four hundred peers with one password are all admitted`() async throws {
        let peers = try (0..<404).map { try Self.peer("127.0.\(2 + $0 / 202).\(1 + $0 % 202)", password: "sesame") }
        let plain = try Self.peer("127.0.2.250", password: nil)
        try await Self.run([try Self.instance(peers: peers + [plain])]) { speaker in
            let port = try await Self.port(of: speaker)
            #expect(speaker.instances().first?.refusals == [])
            let octets = try UnsignedCallers.octets()
            for peer in peers {
                let unsigned = UnsignedConnection(from: peer.configuration.name, to: port, saying: octets)
                let isOpen = unsigned.isOpen
                #expect(!isOpen)
            }
            let other = UnsignedConnection(from: "127.0.2.250", to: port, saying: octets)
            let otherAnswer = other.answer()
            #expect(otherAnswer == .session)
            for peer in [peers[0], peers[403]] {
                try await Self.dial(speaker, port, from: peer.configuration.name, password: "sesame") { router in
                    _ = try await router.signal.changes().first { router.snapshot().first { $0.state == .established } }
                }
            }
        }
    }
}
