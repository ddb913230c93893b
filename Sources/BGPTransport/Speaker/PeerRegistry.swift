import BGPEngine
import BGPTypes
import CoreMetrics
import Logging
import NIOCore
import NIOPosix
import PlainMetrics
import PlainText

/// Owns the drivers and listeners; runs on the event loop that all of them share.
actor PeerRegistry {
    nonisolated let shared: SpeakerContext
    let listenAddresses: [IPAddress]
    /// Times changes of routes, by instance.
    private var convergence: [String: Recorder] = [:]

    private(set) var instances: [InstanceConfiguration] = []
    private(set) var drivers: [PeerID: PeerDriver] = [:]
    /// The peers at an address by instance, for connections that they open.
    private(set) var peers: [String: [ScopedAddress: [InstanceConfiguration.Peer]]] = [:]
    /// Connections that have not said yet which of several peers at an address they are.
    var strangers: [PeerAddress: [any Channel]] = [:]
    var listeners: [String: Listener] = [:]
    /// Counts attempts to listen, of all instances.
    var attempts: UInt64 = 0
    private var desired = DesiredRoutes()
    /// The last sessions with routers whose peers were removed, as another peer may be with one of them.
    private var lastSessions: [ScopedAddress: LastSession] = [:]
    /// Sessions that still say goodbye.
    private var leaving: [EventLoopFuture<Void>] = []

    nonisolated var eventLoop: any EventLoop { shared.eventLoop }
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// What all peers are to have, kept for those that are added later.
    private struct DesiredRoutes {
        /// Nil until the routes are known.
        var tables: [PeerID: RouteTable]?
        var heldBack: [PeerID: [IPFamily: Int]] = [:]
        var isComplete = false
    }

    init(_ shared: SpeakerContext, listenAddresses: [IPAddress]) {
        self.shared = shared
        self.listenAddresses = listenAddresses
    }

    func apply(_ wanted: [InstanceConfiguration], farewell: String?) {
        let new = wanted.map(\.holdingDownWhatLacksItsPassword)
        let changes = ConfigurationChange.changes(from: instances, to: new)
        instances = new
        peers = Dictionary(
            new.map { ($0.name, Dictionary(grouping: $0.peers, by: \.configuration.remote)) },
            uniquingKeysWith: { first, _ in first }
        )
        // Read once for all, since five hundred peers may begin at a time.
        let drops = DropCounters.now()
        for change in changes {
            switch change {
            case .removeInstance(let name):
                listeners.removeValue(forKey: name)?.close()
                forgetMetrics(of: name)
                shared.board.publish(nil, for: name)
            case .addInstance(let name):
                convergence[name] = MetricDescription.convergence.histogram([name], in: shared.metrics)
                if let port = new.first(where: { $0.name == name })?.localPort {
                    listeners[name] = Listener(port: port, addresses: listenAddresses)
                }
            case .removePeer(let id):
                remove(id, farewell.map { .leaving(message: $0) } ?? .deconfigured)
            case .addPeer(let id, let peer):
                add(id, peer, drops)
            case .resetPeer(let id, let peer):
                drivers[id]?.assumeIsolated { $0.configure(peer, drops: drops) }
            }
        }
        for instance in new { protect(instance) }
    }

    private func forgetMetrics(of instance: String) {
        AcceptBackpressureHandler.forget(instance: instance, metrics: shared.metrics)
        convergence.removeValue(forKey: instance)?.destroy()
    }

    func announce(
        _ routes: [PeerID: RouteTable],
        heldBack: [PeerID: [IPFamily: Int]],
        isComplete: Bool,
        since event: ContinuousClock.Instant?
    ) {
        desired = DesiredRoutes(tables: routes, heldBack: heldBack, isComplete: isComplete)
        let timer = event.map(RouteChangeTimer.init)
        for (id, driver) in drivers {
            driver.assumeIsolated {
                $0.announce(
                    routes[id] ?? RouteTable(),
                    heldBack: heldBack[id] ?? [:],
                    isComplete: isComplete,
                    timer: timer
                )
            }
        }
        timer?.handedOut()
    }

    /// Takes what the node's addresses are now, and names others as next hops where that follows.
    func follow(devices: NodeDevices? = nil, cluster: AddressRoles? = nil) {
        guard shared.addresses.set(devices: devices, cluster: cluster) else { return }
        for driver in drivers.values { driver.assumeIsolated { $0.followAddresses() } }
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
        for instance in instances { forgetMetrics(of: instance.name) }
        instances = []
        defer { leaving = [] }
        return .andAllComplete(leaving, on: eventLoop)
    }

    private func add(_ id: PeerID, _ peer: InstanceConfiguration.Peer, _ drops: DropCounters) {
        let driver = PeerDriver(
            id,
            configuration: peer.configuration,
            lastSession: lastSessions[peer.configuration.remote].flatMap { $0.age(from: nil) == nil ? nil : $0 },
            convergence: convergence[id.instance]
                ?? MetricDescription.convergence.histogram([id.instance], in: shared.metrics),
            shared: shared
        )
        drivers[id] = driver
        let (routes, isComplete) = (desired.tables.map { $0[id] ?? RouteTable() }, desired.isComplete)
        let waiting = desired.heldBack[id] ?? [:]
        driver.assumeIsolated {
            if let routes { $0.announce(routes, heldBack: waiting, isComplete: isComplete) }
            $0.configure(peer, drops: drops)
        }
    }

    private func remove(_ id: PeerID, _ stop: SessionStop) {
        guard let driver = drivers.removeValue(forKey: id) else { return }
        let (done, last) = driver.assumeIsolated { driver in
            let done = driver.retire(stop)
            return (done, driver.contact.session.map { (driver.machine.configuration.remote, $0) })
        }
        if let (remote, session) = last {
            lastSessions = lastSessions.filter { $0.value.age(from: nil) != nil }
            lastSessions[remote] = session
        }
        leaving.append(done)
        if leaving.count > 64 { leaving = [.andAllComplete(leaving, on: eventLoop)] }
    }
}
