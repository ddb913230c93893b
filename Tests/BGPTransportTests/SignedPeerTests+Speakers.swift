import BGPEngine
import BGPTransport
import BGPTypes
import Logging
import NIOPosix
import Signals
import TestSupport
import Testing

extension SignedPeerTests {
    /// A passive peer in AS 65001, named after its address.
    static func peer(_ address: String, password: String?) throws -> InstanceConfiguration.Peer {
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

    static func instance(
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
    static func run(
        _ instances: [InstanceConfiguration],
        listenAddress: String = "127.0.0.1",
        options: SocketOptions = .kernel,
        group: MultiThreadedEventLoopGroup? = nil,
        log: LogLines? = nil,
        _ body: (BGPServer) async throws -> Void
    ) async throws {
        let logger = log?.logger(from: .debug) ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let address = try #require(IPAddress(listenAddress))
        let speaker = BGPServer(group: group, listenAddresses: [address], options: options, logger: logger)
        speaker.apply(instances)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await speaker.run() }
            defer { group.cancelAll() }
            try await body(speaker)
        }
    }

    /// Runs a router in AS 65001 that dials the speaker around `body`.
    static func dial(
        _ speaker: BGPServer,
        _ port: UInt16,
        from address: String,
        password: String?,
        asNumber: ASNumber = 65001,
        ttlSecurity: UInt8? = nil,
        _ body: (BGPServer) async throws -> Void
    ) async throws {
        let router = BGPServer(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
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

    static func port(of speaker: BGPServer) async throws -> UInt16 {
        try await speaker.signal.changes().first { speaker.instances().first?.listening.first?.port }
    }

    /// Waits until the speaker's view of a peer is as asked.
    static func peer(
        _ name: String,
        of speaker: BGPServer,
        where condition: (PeerSnapshot) -> Bool
    ) async throws -> PeerSnapshot {
        try await speaker.signal.changes().first { speaker.snapshot().first { $0.id.peer == name && condition($0) } }
    }
}
