import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Logging
import PlainText
import ServiceLifecycle
import Signals
import TestSupport
import Testing

/// A router and a node on loopback, each a speaker of this package; the router waits, the node dials.
struct Loopback {
    let router: BGPServer
    let node: BGPServer
    /// The node as the router knows it.
    static let nodeID = PeerID(instance: "router", peer: "node")
    /// The router as the node knows it.
    static let routerID = PeerID(instance: "node", peer: "router")

    var routerInstance: InstanceConfiguration
    var nodeInstance: InstanceConfiguration

    /// Runs both speakers around `body`, with sessions configured but not awaited.
    ///
    /// `adjust` may change the router's and the node's view of the other before they start; `wallClock` and `nodeLog` are the node's.
    static func run(
        adjust: (inout PeerConfiguration, inout PeerConfiguration) -> Void = { _, _ in },
        wallClock: @escaping @Sendable () -> Timestamp = { .now() },
        nodeLog: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: (Loopback) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))
        let router = BGPServer(listenAddresses: [loopback], logger: logger)
        let node = BGPServer(wallClock: wallClock, logger: nodeLog)
        let identifier = try #require(RouterID("192.0.2.1"))
        let nodeIdentifier = try #require(RouterID("192.0.2.2"))
        var toNode = PeerConfiguration(
            name: "node",
            remote: ScopedAddress(loopback),
            remoteAS: 65001,
            localAS: 65000,
            routerID: identifier,
            isPassive: true
        )
        var toRouter = PeerConfiguration(
            name: "router",
            remote: ScopedAddress(loopback),
            remoteAS: 65000,
            localAS: 65001,
            routerID: nodeIdentifier,
            localAddress: loopback
        )
        adjust(&toNode, &toRouter)
        let routerInstance = InstanceConfiguration(
            name: "router",
            localAS: 65000,
            routerID: identifier,
            localPort: 0,
            peers: [InstanceConfiguration.Peer(toNode)]
        )
        router.apply([routerInstance])
        toRouter.remotePort = try await router.signal.changes().first { () -> UInt16? in
            router.instances().first?.listening.first?.port
        }
        let nodeInstance = InstanceConfiguration(
            name: "node",
            localAS: 65001,
            routerID: nodeIdentifier,
            peers: [InstanceConfiguration.Peer(toRouter)]
        )
        node.apply([nodeInstance])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await router.run() }
            group.addTask { try await node.run() }
            do {
                try await body(
                    Loopback(router: router, node: node, routerInstance: routerInstance, nodeInstance: nodeInstance)
                )
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    /// Waits until the speaker's view of its one peer is as asked, and returns it.
    func peer(
        of speaker: BGPServer,
        where condition: (PeerSnapshot) -> Bool
    ) async throws -> PeerSnapshot {
        try await speaker.signal.changes().first { speaker.snapshot().first(where: condition) }
    }

    /// Waits for both ends to be up.
    func established() async throws -> PeerSnapshot {
        _ = try await peer(of: router) { $0.state == .established }
        return try await peer(of: node) { $0.state == .established }
    }

    /// Waits until the router has received exactly these prefixes.
    func received(_ prefixes: [String], family: RouteFamily = .ipv4Unicast) async throws -> [ReceivedRoute] {
        // As many other routes are no change of the session that the router tells of.
        try await eventually("the router has \(prefixes)") {
            let routes = await router.received(Self.nodeID, family: family)
            return routes.map(\.prefix.description) == prefixes ? routes : nil
        }
    }
}

extension AsyncStream<Void> {
    /// The first value that a look at every change yields.
    func first<Value>(_ look: () -> Value?) async throws -> Value {
        for await _ in self {
            if let value = look() { return value }
        }
        throw Overdue(description: "the changes ended")
    }
}

extension RouteTable {
    /// Routes without optional attributes.
    init(prefixes: String...) throws {
        self.init(try prefixes.map { Route(prefix: try #require(IPPrefix($0))) })
    }
}
