import Addressing
import BGPEngine
import Logging
import NIOCore
import NIOPosix

/// Owns the drivers and listeners; runs on the event loop that all of them share.
actor SpeakerCore {
    nonisolated let eventLoop: any EventLoop
    let board: SpeakerBoard
    let logger: Logger
    private let listenAddresses: [IPAddress]
    private let restarted: Bool
    private let wallClock: @Sendable () -> UnixTime

    private var instances: [InstanceConfiguration] = []
    private(set) var drivers: [PeerID: PeerDriver] = [:]
    /// The peers at an address by instance, for connections that they open.
    private(set) var peers: [String: [ScopedAddress: [InstanceConfiguration.Peer]]] = [:]
    /// Connections that have not said yet which of several peers at an address they are.
    var strangers: [PeerAddress: [any Channel]] = [:]
    private let share: TransmissionShare
    private let devices = KnownDevices()
    private var listeners: [String: Listener] = [:]
    private var desired: [PeerID: RouteTable]?
    private var heldBack: [PeerID: [IPFamily: Int]] = [:]
    private var isDesiredComplete = false
    /// Sessions that still say goodbye.
    private var leaving: [EventLoopFuture<Void>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(
        eventLoop: any EventLoop,
        listenAddresses: [IPAddress],
        restarted: Bool,
        board: SpeakerBoard,
        wallClock: @escaping @Sendable () -> UnixTime,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.listenAddresses = listenAddresses
        self.restarted = restarted
        self.wallClock = wallClock
        self.board = board
        self.logger = logger
        share = TransmissionShare(eventLoop: eventLoop)
    }

    func apply(_ new: [InstanceConfiguration], farewell: String?) {
        let changes = ConfigurationChange.changes(from: instances, to: new)
        instances = new
        peers = Dictionary(
            new.map { ($0.name, Dictionary(grouping: $0.peers, by: \.configuration.remote)) },
            uniquingKeysWith: { first, _ in first }
        )
        // The kernel must have a new password before the first segment of the new session.
        for instance in new { secure(instance.name) }
        // Read once for all, since five hundred peers may begin at a time.
        let drops = DropCounters.now()
        for change in changes {
            switch change {
            case .removeInstance(let name):
                listeners.removeValue(forKey: name)?.close()
                board.publish(nil, for: name)
            case .addInstance(let name):
                listen(name)
                secure(name)
            case .removePeer(let id):
                remove(id, farewell.map { .leaving(message: $0) } ?? .deconfigured)
            case .addPeer(let id, let peer):
                add(id, peer, drops)
            case .resetPeer(let id, let peer):
                drivers[id]?.assumeIsolated { $0.configure(peer, drops: drops) }
            }
        }
    }

    func want(_ routes: [PeerID: RouteTable], heldBack: [PeerID: [IPFamily: Int]], isComplete: Bool) {
        desired = routes
        self.heldBack = heldBack
        isDesiredComplete = isComplete
        for (id, driver) in drivers {
            driver.assumeIsolated {
                $0.want(routes[id] ?? RouteTable(), heldBack: heldBack[id] ?? [:], isComplete: isComplete)
            }
        }
    }

    func driver(_ id: PeerID) -> PeerDriver? {
        drivers[id]
    }

    func reset(_ id: PeerID, message: String) {
        drivers[id]?.assumeIsolated { $0.reset(message: message) }
    }

    /// Ends everything; the future ends when all connections are closed.
    func shutDown(_ stop: SessionStop) -> EventLoopFuture<Void> {
        for listener in listeners.values { listener.close() }
        listeners = [:]
        for channel in strangers.values.flatMap({ $0 }) { channel.close(promise: nil) }
        for id in drivers.keys.sorted() { remove(id, stop) }
        instances = []
        defer { leaving = [] }
        return .andAllComplete(leaving, on: eventLoop)
    }

    private func add(_ id: PeerID, _ peer: InstanceConfiguration.Peer, _ drops: DropCounters) {
        let driver = PeerDriver(
            id,
            configuration: peer.configuration,
            restarted: restarted,
            eventLoop: eventLoop,
            board: board,
            share: share,
            devices: devices,
            wallClock: wallClock,
            logger: logger
        )
        drivers[id] = driver
        let (routes, isComplete) = (desired.map { $0[id] ?? RouteTable() }, isDesiredComplete)
        let waiting = heldBack[id] ?? [:]
        driver.assumeIsolated {
            if let routes { $0.want(routes, heldBack: waiting, isComplete: isComplete) }
            $0.configure(peer, drops: drops)
        }
    }

    private func remove(_ id: PeerID, _ stop: SessionStop) {
        guard let driver = drivers.removeValue(forKey: id) else { return }
        let done = driver.assumeIsolated { $0.retire(stop) }
        leaving.append(done)
        if leaving.count > 64 { leaving = [.andAllComplete(leaving, on: eventLoop)] }
    }

    /// Makes the listening sockets take only what a peer can have sent, as far as the kernel can tell.
    private func secure(_ instance: String) {
        guard let listener = listeners[instance], let configuration = instances.first(where: { $0.name == instance })
        else { return }
        var wanted: [ScopedAddress: Password] = [:]
        for peer in configuration.peers where peer.heldDown == nil {
            if let password = peer.configuration.password { wanted[peer.configuration.remote] = password }
        }
        listener.setSignatures(wanted)
        let ttls = Dictionary(
            configuration.peers.map {
                ($0.configuration.remote.address.family, $0.configuration.lowestIncomingTTL ?? 0)
            },
            uniquingKeysWith: min
        )
        listener.setLowestTTLs(ttls.merging(IPFamily.allCases.map { ($0, 0) }) { known, _ in known })
    }

    // Listening.

    private func listen(_ name: String) {
        guard let port = instances.first(where: { $0.name == name })?.localPort else { return }
        let listener = Listener(port: port, addresses: listenAddresses)
        listeners[name] = listener
        for target in listener.targets { bind(target, name, ObjectIdentifier(listener)) }
    }

    private func bind(_ target: SocketAddress, _ name: String, _ listener: ObjectIdentifier) {
        var bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPauseHandler(instance: name, logger: logger))
                }
            }
        if case .v6 = target {
            // IPv4 has a socket of its own, since MD5 keys and peers are told apart by plain IPv4 addresses.
            let only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(only, value: 1)
        }
        bootstrap
            .childChannelOption(.writeBufferWaterMark, value: ConnectionLimits.writeBuffer)
            .childChannelInitializer { channel in self.assumeIsolated { $0.admit(channel, name) } }
            .bind(to: target)
            .whenComplete { result in self.assumeIsolated { $0.bound(target, name, listener, result) } }
    }

    private func bound(
        _ target: SocketAddress,
        _ name: String,
        _ expected: ObjectIdentifier,
        _ result: Result<any Channel, any Error>
    ) {
        guard let listener = listeners[name], ObjectIdentifier(listener) == expected else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        switch result {
        case .success(let channel):
            listener.add(channel)
            listener.note(nil, for: target)
            publish(listener, name)
        case .failure(let error):
            guard let failure = FailureExplanation(listeningOn: target, failed: error) else { return }
            logger.warning(
                "cannot listen",
                metadata: [
                    "bgp.instance": "\(name)", "bgp.endpoint": "\(target)", "bgp.reason": "\(failure.reason.rawValue)",
                    "bgp.seen": "\(failure.seen)", "bgp.cause": "\(failure.cause)", "bgp.fix": "\(failure.fix)",
                ]
            )
            listener.note(failure, for: target)
            publish(listener, name)
            eventLoop.scheduleTask(in: .seconds(5)) {
                self.assumeIsolated { core in
                    guard let listener = core.listeners[name], ObjectIdentifier(listener) == expected else { return }
                    core.bind(target, name, expected)
                }
            }
        }
    }

    private func publish(_ listener: Listener, _ name: String) {
        let snapshot = InstanceSnapshot(name: name, listening: listener.endpoints, failure: listener.failure)
        board.publish(snapshot, for: name)
    }
}
