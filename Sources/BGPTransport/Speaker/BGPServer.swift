package import BGPEngine
package import BGPTypes
package import CoreMetrics
package import Logging
import NIOCore
package import NIOPosix
package import PlainText
import ServiceLifecycle
package import Signals
import Synchronization

/// Holds the BGP sessions of a node: told what is configured and desired, it tells what is.
///
/// All calls may be made at any time and from anywhere, before `run()` too; they take effect in the order they are made; after it
/// they have none.
/// `run()` holds until a graceful shutdown and then ends the sessions as `departure` says.
package final class BGPServer: Service {
    /// How sessions end when the program does.
    package enum Departure: Hashable, Sendable {
        /// The program comes back: connections close without a word, so that peers with graceful restart keep the routes.
        case restarting
        /// The node leaves: Cease/2 with a sentence for the other operator (RFC 9003), routes are withdrawn by it.
        case leaving(message: String)
    }

    private let group: any EventLoopGroup
    private let ownsGroup: Bool
    private let core: PeerRegistry
    private let board = SpeakerBoard()
    private let departure = Mutex(Departure.restarting)
    /// Whether there is a thread that calls can take effect on.
    private let isServing = Mutex(true)

    /// A speaker without peers.
    ///
    /// - Parameters:
    ///   - group: Where the sockets live; one thread of its own unless given. All peers share one event loop of it.
    ///   - listenAddresses: Where instances with a `localPort` accept connections; everywhere if empty.
    ///   - receivedRoutesMemory: The octets that what all peers announce may take. Beyond a part of it, and beyond
    ///     `AdjacencyIn.mostKept` a peer, routes are counted and not kept; the session of the peer with most ends only
    ///     when not even counting fits.
    ///   - restarted: Whether an earlier run's routes may still be held by peers with graceful restart; sets the R bit.
    ///   - options: What sets the options of sockets.
    ///   - metrics: What counts; the program's own unless given.
    ///   - wallClock: What the time is for people; nothing waits for it or is decided by it.
    ///   - logger: Gets states, failures and notifications.
    package init(
        group: MultiThreadedEventLoopGroup? = nil,
        listenAddresses: [IPAddress] = [],
        receivedRoutesMemory: Int = 128 << 20,
        restarted: Bool = false,
        options: SocketOptions = .kernel,
        metrics: any MetricsFactory = MetricsSystem.factory,
        wallClock: @escaping @Sendable () -> Timestamp = { .now() },
        logger: Logger
    ) {
        ownsGroup = group == nil
        FileDescriptorReserve.raiseLimit()
        self.group = group ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = self.group.next()
        core = PeerRegistry(
            SpeakerContext(
                eventLoop: eventLoop,
                board: board,
                updates: UpdateCacheShare(eventLoop: eventLoop),
                memory: ReceivedRoutesMemory(limit: receivedRoutesMemory),
                options: options,
                metrics: metrics,
                restarted: restarted,
                wallClock: wallClock,
                logger: logger
            ),
            listenAddresses: listenAddresses
        )
    }

    /// Makes the running instances and peers those given, touching nothing that is the same in both.
    ///
    /// Peers that are no more are told so with Cease/3; with a `farewell`, because the whole node leaves, with Cease/2 and
    /// that sentence for the other operator (RFC 9003).
    package func apply(_ instances: [InstanceConfiguration], farewell: String? = nil) {
        perform { $0.apply(instances, farewell: farewell) }
    }

    /// Makes the desired routes of every peer those given; peers that are not named have none.
    ///
    /// Peers that are to have the same routes should be given the same table, which then costs nothing further. `heldBack` says
    /// how many routes of each family are left out because of a limit, for metrics. With `isComplete` false no End-of-RIB is
    /// sent, so that a peer with graceful restart keeps what it has. `event` is when that came which the routes follow from, for
    /// metrics; nil when they follow from nothing that came.
    package func announce(
        _ routes: [PeerID: RouteTable],
        heldBack: [PeerID: [IPFamily: Int]] = [:],
        isComplete: Bool,
        since event: ContinuousClock.Instant? = nil
    ) {
        perform { $0.announce(routes, heldBack: heldBack, isComplete: isComplete, since: event) }
    }

    /// Takes the addresses of the node's devices, as whoever follows the kernel tells them.
    ///
    /// Sessions that are up name other next hops where that follows from it. Until the first call the kernel is asked once.
    package func follow(_ devices: NodeDevices) {
        perform { $0.follow(devices: devices) }
    }

    /// Takes what the cluster says of the node's addresses; sessions follow likewise.
    package func follow(_ cluster: AddressRoles) {
        perform { $0.follow(cluster: cluster) }
    }

    /// Ends a peer's session with Cease/4 and starts it anew.
    package func reset(_ peer: PeerID, message: String) {
        perform { $0.reset(peer, message: message) }
    }

    /// All peers as they are, by instance and name; cheap and never waits.
    package func snapshot() -> [PeerSnapshot] {
        board.snapshot()
    }

    /// Where instances listen, by name; cheap and never waits.
    package func instances() -> [InstanceSnapshot] {
        board.instances()
    }

    /// Hears of every change of `snapshot()` or `instances()`.
    package var signal: ChangeSignal { board.signal }

    /// What has been announced to a peer on its present session, in a form that costs the sessions nothing; nil without one.
    package func advertisedRoutes(_ peer: PeerID) async -> AdvertisedRoutes? {
        await core.driver(peer)?.advertised()
    }

    /// The routes that have been announced to a peer on its present session, by prefix; empty without a session.
    package func advertised(_ peer: PeerID) async -> [AdvertisedRoute] {
        guard let routes = await advertisedRoutes(peer) else { return [] }
        return IPFamily.allCases.flatMap { Array(routes.inOrder($0)) }
    }

    /// The routes that a peer has announced on its present session and that are kept, by prefix; empty without a session.
    package func received(_ peer: PeerID, family: RouteFamily) async -> [ReceivedRoute] {
        guard let driver = await core.driver(peer) else { return [] }
        return await driver.received(family)
    }

    /// A few of the routes that a peer has announced on its present session, by prefix from a place on; nil when there are
    /// no more.
    ///
    /// However many there are, this takes the thread of all sessions a millisecond or two.
    package func received(_ peer: PeerID, _ family: IPFamily, after start: IPPrefix?) async -> EncodedRoutes? {
        await core.driver(peer)?.received(family, after: start)
    }

    /// Chooses how the sessions will end when the program does; `.restarting` until told.
    package func prepare(_ departure: Departure) {
        self.departure.withLock { $0 = departure }
    }

    /// Holds until a graceful shutdown or cancellation, then ends the sessions and frees the sockets.
    package func run() async throws {
        // Throws when the task is cancelled, which ends it as well.
        try? await gracefulShutdown()
        await shutDown(departure.withLock { $0 })
        guard ownsGroup else { return }
        isServing.withLock { $0 = false }
        try await group.shutdownGracefully()
    }

    /// Ends all sessions and returns when the connections are closed, after half a second at most.
    package func shutDown(_ departure: Departure) async {
        let stop: SessionStop =
            switch departure {
            case .restarting: .restarting
            case .leaving(let message): .leaving(message: message)
            }
        // Does not fail: it waits for connections to close, however they do.
        try? await core.shutDown(stop).get()
    }

    private func perform(_ body: @escaping @Sendable (isolated PeerRegistry) -> Void) {
        isServing.withLock { isServing in
            guard isServing else { return }
            core.eventLoop.execute { [core] in core.assumeIsolated { body($0) } }
        }
    }
}
