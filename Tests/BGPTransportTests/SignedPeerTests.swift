import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct `A peer with a password` {
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
    func `has no session without it over fifty restarts of its listener`(way: Way) async throws {
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
                try await speaker.changes().first { speaker.instances().contains { $0.listening != [] } ? () : nil }
                try await callers.tryAgain(times: 100)
                #expect(speaker.snapshot().map(\.establishedTransitions).allSatisfy { $0 == 0 })
                speaker.apply([])
                try await speaker.changes().first { speaker.instances().isEmpty ? () : nil }
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
    func `takes no connection that waited when its protection came`(change: Change) async throws {
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
            _ = try await speaker.changes().first {
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

    @Test func `has no session without it while its password changes under a flood`() async throws {
        let addresses = ["127.0.0.2", "127.0.0.3"]
        let plain = try Self.instance(peers: addresses.map { try Self.peer($0, password: nil) })
        try await Self.run([plain]) { speaker in
            let port = try await Self.port(of: speaker)
            let callers = try UnsignedCallers(from: addresses, to: port)
            for word in 0..<20 {
                var signed = plain
                for index in signed.peers.indices { signed.peers[index].configuration.password = Password("\(word)") }
                speaker.apply([signed])
                let seen = try await speaker.changes().first { () -> [PeerSnapshot]? in
                    let peers = speaker.snapshot()
                    return peers.map(\.configuration) == signed.peers.map(\.configuration) ? peers : nil
                }
                #expect(seen.allSatisfy { $0.state != .established })
                try await callers.tryAgain(times: 200)
                #expect(speaker.snapshot().map(\.establishedTransitions) == seen.map(\.establishedTransitions))
                #expect(speaker.snapshot().allSatisfy { $0.state != .established })
                // Without it they are peers like any other.
                speaker.apply([plain])
                try await speaker.changes().first {
                    let peers = speaker.snapshot()
                    return zip(peers, seen).contains { $0.establishedTransitions > $1.establishedTransitions }
                        ? () : nil
                }
            }
            try await callers.stop()
            #expect(callers.sessions > 0)
        }
    }

    @Test func `is not admitted where the kernel refuses its key, and all are told until it does not`() async throws {
        let refuses = Mutex(true)
        let log = LogLines()
        let options = SocketOptions { option, use in
            option == .signature && use == .listening && refuses.withLock { $0 } ? ENOPROTOOPT : nil
        }
        let instance = try Self.instance(
            peers: [try Self.peer("127.0.0.2", password: "sesame"), try Self.peer("127.0.0.3", password: nil)]
        )
        try await Self.run([instance], options: options, log: log) { speaker in
            let port = try await Self.port(of: speaker)
            let octets = try UnsignedCallers.octets()
            let peer = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure != nil }
            #expect(peer.lastFailure?.evidence == .notAdmitted(.optionRefused("TCP MD5")))
            #expect(peer.lastFailure?.explanation.reason == .socketOptionRefused)
            let refusal = try #require(speaker.instances().first?.refusals.first)
            #expect(
                refusal.seen == "connections from peer 127.0.0.2 are not accepted: the kernel would not set TCP MD5"
            )
            #expect(log.lines.contains { $0.contains("peers are not admitted") && $0.contains("SocketOptionRefused") })
            let unsigned = UnsignedConnection(from: "127.0.0.2", to: port, saying: octets)
            let unsignedAnswer = unsigned.answer()
            #expect(unsignedAnswer == .turnedAway)
            let other = UnsignedConnection(from: "127.0.0.3", to: port, saying: octets)
            let otherAnswer = other.answer()
            #expect(otherAnswer == .session)
            _ = try await Self.peer("127.0.0.3", of: speaker) { $0.state == .established }

            refuses.withLock { $0 = false }
            let again = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure == nil }
            #expect(again.establishedTransitions == 0)
            #expect(speaker.instances().first?.refusals == [])
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "sesame") { router in
                _ = try await router.changes().first { router.snapshot().first { $0.state == .established } }
            }
            let stayed = try await Self.peer("127.0.0.3", of: speaker) { $0.state == .established }
            #expect(stayed.establishedTransitions == 1)
            let isOpen = other.isOpen
            #expect(isOpen)
        }
    }

    @Test(arguments: [SocketOptions.Option.signature, .lowestTTL, .sourceInterface, .ttl])
    func `is not admitted where the kernel refuses an option of its connection, and is told`(
        option: SocketOptions.Option
    ) async throws {
        let options = SocketOptions { $0 == option && $1 == .accepted ? EPERM : nil }
        var peer = try Self.peer("127.0.0.2", password: "sesame")
        peer.configuration.distance = .ttlSecurity(hops: 1)
        peer.configuration.sourceInterface = "lo"
        try await Self.run([try Self.instance(peers: [peer])], options: options) { speaker in
            let port = try await Self.port(of: speaker)
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "sesame", ttlSecurity: 1) { router in
                let told = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure != nil }
                #expect(told.lastFailure?.evidence == .notAdmitted(.optionRefused(option.rawValue)))
                #expect(told.attempts == 0)
                #expect(router.snapshot().allSatisfy { $0.establishedTransitions == 0 })
            }
        }
    }

    @Test func `is not admitted where the kernel has no room for its key, while the others are`() async throws {
        let room = Mutex(2)
        let options = SocketOptions { option, use in
            guard option == .signature, use == .listening else { return nil }
            return room.withLock { left in
                left -= 1
                return left < 0 ? ENOMEM : nil
            }
        }
        let peers = try [2, 3, 4].map { try Self.peer("127.0.0.\($0)", password: "word \($0)") }
        try await Self.run([try Self.instance(peers: peers)], options: options) { speaker in
            let port = try await Self.port(of: speaker)
            let last = try await Self.peer("127.0.0.4", of: speaker) { $0.lastFailure != nil }
            #expect(last.lastFailure?.evidence == .notAdmitted(.noRoomForKeys))
            #expect(last.lastFailure?.explanation.fix == "raise it: sysctl -w net.core.optmem_max=1048576")
            let unsigned = UnsignedConnection(from: "127.0.0.4", to: port, saying: try UnsignedCallers.octets())
            let unsignedAnswer = unsigned.answer()
            #expect(unsignedAnswer == .turnedAway)
            for number in [2, 3] {
                try await Self.dial(speaker, port, from: "127.0.0.\(number)", password: "word \(number)") { router in
                    _ = try await router.changes().first { router.snapshot().first { $0.state == .established } }
                }
            }
        }
    }

    @Test func `is not taken for another at its address that has another password`() async throws {
        var first = try Self.peer("127.0.0.2", password: "one")
        first.configuration.name = "first"
        var second = try Self.peer("127.0.0.2", password: "two")
        second.configuration.name = "second"
        second.configuration.remoteAS = 65002
        try await Self.run([try Self.instance(peers: [first, second])]) { speaker in
            let port = try await Self.port(of: speaker)
            let told = try await Self.peer("second", of: speaker) { $0.lastFailure != nil }
            #expect(told.lastFailure?.evidence == .notAdmitted(.otherPassword(peer: "first")))
            #expect(speaker.instances().first?.refusals.map(\.reason) == [.socketOptionRefused])
            // Who knows the first one's password cannot be the second.
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "one", asNumber: 65002) { router in
                let failed = try await router.changes().first { router.snapshot().first { $0.lastFailure != nil } }
                #expect(failed.lastFailure?.explanation.reason == .badPeerAS)
            }
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "one") { router in
                _ = try await router.changes().first { router.snapshot().first { $0.state == .established } }
            }
            _ = try await Self.peer("first", of: speaker) { $0.establishedTransitions == 1 }
            let other = try await Self.peer("second", of: speaker) { _ in true }
            #expect(other.establishedTransitions == 0)
        }
    }

    @Test func `is held down while it is not known, whoever planned it`() async throws {
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
    func `and TTL security takes no OPEN from afar beside a peer that may be anywhere`(address: String) async throws {
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
                _ = try await router.changes().first { router.snapshot().first { $0.state == .established } }
            }
            guard !isIPv6 else { return }
            let other = UnsignedConnection(from: "127.0.0.3", to: port, saying: try UnsignedCallers.octets())
            let otherAnswer = other.answer()
            #expect(otherAnswer == .session)
        }
    }

    @Test func `is one of four hundred with the same, all of whom are admitted`() async throws {
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
                    _ = try await router.changes().first { router.snapshot().first { $0.state == .established } }
                }
            }
        }
    }
}

extension `A peer with a password` {
    /// A passive peer in AS 65001, named after its address.
    fileprivate static func peer(_ address: String, password: String?) throws -> InstanceConfiguration.Peer {
        InstanceConfiguration.Peer(
            PeerConfiguration(
                name: address,
                remote: try #require(ScopedAddress(address)),
                remoteAS: 65001,
                localAS: 65000,
                routerID: try #require(RouterID("192.0.2.1")),
                password: password.flatMap { Password($0) },
                isPassive: true
            )
        )
    }

    fileprivate static func instance(
        _ name: String = "router",
        port: UInt16 = 0,
        peers: [InstanceConfiguration.Peer]
    ) throws -> InstanceConfiguration {
        InstanceConfiguration(
            name: name,
            localAS: 65000,
            routerID: try #require(RouterID("192.0.2.1")),
            localPort: port,
            peers: peers
        )
    }

    /// Runs a speaker around `body`.
    fileprivate static func run(
        _ instances: [InstanceConfiguration],
        listenAddress: String = "127.0.0.1",
        options: SocketOptions = .kernel,
        group: MultiThreadedEventLoopGroup? = nil,
        log: LogLines? = nil,
        _ body: (BGPSpeaker) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ -> any LogHandler in
            log.map { LineHandler(lines: $0) as any LogHandler } ?? SwiftLogNoOpLogHandler()
        }
        let address = try #require(IPAddress(listenAddress))
        let speaker = BGPSpeaker(group: group, listenAddresses: [address], options: options, logger: logger)
        speaker.apply(instances)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await speaker.run() }
            defer { group.cancelAll() }
            try await body(speaker)
        }
    }

    /// Runs a router in AS 65001 that dials the speaker around `body`.
    fileprivate static func dial(
        _ speaker: BGPSpeaker,
        _ port: UInt16,
        from address: String,
        password: String?,
        asNumber: ASNumber = 65001,
        ttlSecurity: UInt8? = nil,
        _ body: (BGPSpeaker) async throws -> Void
    ) async throws {
        let router = BGPSpeaker(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let identifier = try #require(RouterID("192.0.2.2"))
        let configuration = PeerConfiguration(
            name: "speaker",
            remote: try #require(ScopedAddress(address.contains(":") ? "::1" : "127.0.0.1")),
            remotePort: port,
            remoteAS: 65000,
            localAS: asNumber,
            routerID: identifier,
            localAddress: IPAddress(address),
            timers: PeerTimers(connectRetry: 1),
            distance: ttlSecurity.map { .ttlSecurity(hops: $0) } ?? .adjacent,
            password: password.flatMap { Password($0) }
        )
        router.apply([
            InstanceConfiguration(
                name: "router",
                localAS: asNumber,
                routerID: identifier,
                peers: [InstanceConfiguration.Peer(configuration)]
            )
        ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await router.run() }
            defer { group.cancelAll() }
            try await body(router)
        }
    }

    fileprivate static func port(of speaker: BGPSpeaker) async throws -> UInt16 {
        try await speaker.changes().first { speaker.instances().first?.listening.first?.port }
    }

    /// Waits until the speaker's view of a peer is as asked.
    fileprivate static func peer(
        _ name: String,
        of speaker: BGPSpeaker,
        where condition: (PeerSnapshot) -> Bool
    ) async throws -> PeerSnapshot {
        try await speaker.changes().first { speaker.snapshot().first { $0.id.peer == name && condition($0) } }
    }
}

/// What was logged, a line each.
final class LogLines: Sendable {
    private let all = Mutex<[String]>([])

    var lines: [String] { all.withLock { $0 } }

    func add(_ line: String) { all.withLock { $0.append(line) } }
}

private struct LineHandler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    init(lines: LogLines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.message) \(event.metadata ?? [:])") }
}
