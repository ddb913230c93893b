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

    private var instances: [InstanceConfiguration] = []
    private var drivers: [PeerID: PeerDriver] = [:]
    private var listeners: [String: Listener] = [:]
    private var desired: [PeerID: RouteTable]?
    private var isDesiredComplete = false
    /// Sessions that still say goodbye.
    private var leaving: [EventLoopFuture<Void>] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(
        eventLoop: any EventLoop,
        listenAddresses: [IPAddress],
        restarted: Bool,
        board: SpeakerBoard,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.listenAddresses = listenAddresses
        self.restarted = restarted
        self.board = board
        self.logger = logger
    }

    func apply(_ new: [InstanceConfiguration], farewell: String?) {
        let changes = ConfigurationChange.changes(from: instances, to: new)
        instances = new
        for change in changes {
            switch change {
            case .removeInstance(let name):
                listeners.removeValue(forKey: name)?.close()
                board.publish(nil, for: name)
            case .addInstance(let name):
                listen(name)
            case .removePeer(let id):
                remove(id, farewell.map { .leaving(message: $0) } ?? .deconfigured)
            case .addPeer(let id, let peer):
                add(id, peer)
            case .resetPeer(let id, let peer):
                // The kernel must have a new password before the first segment of the new session.
                secure(id.instance)
                drivers[id]?.assumeIsolated { $0.configure(peer) }
            }
        }
        for instance in new { secure(instance.name) }
    }

    func want(_ routes: [PeerID: RouteTable], isComplete: Bool) {
        desired = routes
        isDesiredComplete = isComplete
        for (id, driver) in drivers {
            driver.assumeIsolated { $0.want(routes[id] ?? RouteTable(), isComplete: isComplete) }
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
        for id in drivers.keys.sorted() { remove(id, stop) }
        instances = []
        defer { leaving = [] }
        return .andAllComplete(leaving, on: eventLoop)
    }

    private func add(_ id: PeerID, _ peer: InstanceConfiguration.Peer) {
        secure(id.instance)
        let driver = PeerDriver(
            id,
            configuration: peer.configuration,
            restarted: restarted,
            eventLoop: eventLoop,
            board: board,
            logger: logger
        )
        drivers[id] = driver
        let (routes, isComplete) = (desired.map { $0[id] ?? RouteTable() }, isDesiredComplete)
        driver.assumeIsolated {
            if let routes { $0.want(routes, isComplete: isComplete) }
            $0.configure(peer)
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
            board.publish(InstanceSnapshot(name: name, listening: listener.endpoints, failure: nil), for: name)
        case .failure(let error):
            let failure = InstanceSnapshot.describe(error, target)
            logger.warning(
                "cannot listen",
                metadata: ["bgp.instance": "\(name)", "bgp.endpoint": "\(target)", "bgp.seen": "\(failure)"]
            )
            board.publish(InstanceSnapshot(name: name, listening: listener.endpoints, failure: failure), for: name)
            eventLoop.scheduleTask(in: .seconds(5)) {
                self.assumeIsolated { core in
                    guard let listener = core.listeners[name], ObjectIdentifier(listener) == expected else { return }
                    core.bind(target, name, expected)
                }
            }
        }
    }

    /// Finds the peer of a connection; one from anywhere else is closed before it costs anything.
    private func admit(_ channel: any Channel, _ name: String) -> EventLoopFuture<Void> {
        guard let remote = channel.remoteAddress?.scopedAddress,
            let instance = instances.first(where: { $0.name == name })
        else { return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        let peers = instance.peers.filter { $0.configuration.remote == remote }
        let candidates = peers.filter { $0.heldDown == nil }
            .compactMap { drivers[PeerID(instance: name, peer: $0.configuration.name)] }
        // Several peers on one address can only be told apart by who still waits for a session.
        let waiting = candidates.first { $0.assumeIsolated { $0.awaitsConnection } }
        // One that is held down says so.
        let heldDown = peers.lazy.compactMap { [drivers] in
            drivers[PeerID(instance: name, peer: $0.configuration.name)]
        }
        guard let driver = waiting ?? candidates.first ?? heldDown.first else {
            logger.debug("connection from no peer", metadata: ["bgp.instance": "\(name)", "bgp.from": "\(remote)"])
            return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        return driver.assumeIsolated { $0.adopt(channel) }
    }
}
