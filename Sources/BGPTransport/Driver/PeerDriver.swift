import BGPEngine
import BGPTypes
import BGPWire
import CoreMetrics
import Glibc
import LogKeys
import Logging
import NIOCore
import NIOPosix
import PlainText

/// Carries out what a peer's state machine orders: the one place where a peer has sockets, timers and a clock.
///
/// The actor runs on its event loop, like the channels it opens, so handlers call it synchronously and no message waits
/// for a thread. Every event goes through `submit`, which runs the machine and carries out its actions before the next.
actor PeerDriver {
    nonisolated let id: PeerID
    nonisolated let shared: SpeakerContext
    let logger: Logger
    var machine: PeerStateMachine
    private var queue = EventQueue()
    var session: EstablishedSession?
    var connections = Connections()
    var timers = Timers()
    var announcement: Announcement
    var failures = Failures()
    var contact: LastContact
    var publication: Publication

    nonisolated var eventLoop: any EventLoop { shared.eventLoop }
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(
        _ id: PeerID,
        configuration: PeerConfiguration,
        lastSession: LastSession?,
        convergence: Recorder,
        shared: SpeakerContext
    ) {
        self.id = id
        self.shared = shared
        contact = LastContact(session: lastSession)
        announcement = Announcement(convergence: convergence)
        publication = Publication(
            metrics: PeerMetrics(id, configuration, factory: shared.metrics),
            wallClock: WallClock(now: shared.wallClock)
        )
        var logger = shared.logger
        logger[.instance] = "\(id.instance)"
        logger[.peer] = "\(id.peer)"
        self.logger = logger
        machine = PeerStateMachine(
            configuration,
            restarted: shared.restarted,
            hasHungUp: lastSession != nil,
            seed: .random(in: 0...UInt64.max)
        )
    }

    /// Starts, restarts with another configuration, or holds down, as configured.
    ///
    /// `drops` is what the kernel has dropped until now, for what it drops from now on.
    func configure(_ peer: InstanceConfiguration.Peer, drops: DropCounters) {
        failures.heldDown = peer.heldDown
        failures.objection = nil
        failures.toldReasons = []
        failures.drops = drops
        if let heldDown = peer.heldDown {
            submit(.stop(.heldDown))
            machine.configure(peer.configuration)
            note(.heldDown(heldDown))
        } else {
            failures.latest = nil
            submit(.start(peer.configuration))
        }
        setNeedsPublish()
    }

    /// Stops for good, and takes the peer's metrics along; the future ends when nothing is open any more.
    func retire(_ stop: SessionStop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        publication.isRetired = true
        shared.board.publish(nil, for: id)
        submit(.stop(stop))
        publication.metrics.destroy()
        connections.drained = promise
        finishDrain()
        return promise.futureResult
    }

    /// Ends the session with a word for the other operator, and starts again.
    func reset(message: String) {
        guard failures.heldDown == nil else { return }
        submit(.stop(.reset(message: message)))
        submit(.start(machine.configuration))
    }

    /// Takes the whole set of routes to announce.
    ///
    /// `heldBack` says how many more there would be but for a limit. `isComplete` says that the set is known to be full, so the
    /// End-of-RIB may follow it. `timer` times the change that this is a part of.
    func announce(
        _ routes: RouteTable,
        heldBack: [IPFamily: Int],
        isComplete: Bool,
        timer: RouteChangeTimer? = nil
    ) {
        if heldBack != announcement.heldBack {
            announcement.heldBack = heldBack
            setNeedsPublish()
        }
        // Otherwise it is a change for other peers.
        guard announcement.adjacency.setDesired(routes, isComplete: isComplete) else { return }
        if let timer, session != nil, !announcement.adjacency.isSettled {
            timer.begin(announcement.convergence)
            announcement.unsent.append(timer)
        }
        write()
        noteNextHops()
        setNeedsPublish()
    }

    /// Hands an event to the machine, or lines it up behind the one being handled.
    func submit(_ event: PeerStateMachine.Event) {
        queue.pending.append(event)
        guard !queue.isHandling else { return }
        queue.isHandling = true
        var index = 0
        while index < queue.pending.count {
            let event = queue.pending[index]
            index += 1
            let actions = machine.handle(event)
            log(event, actions)
            perform(actions)
        }
        queue.pending.removeAll(keepingCapacity: true)
        queue.isHandling = false
        noteState()
    }

    /// Takes a connection that is up, made or accepted with the options of `peer`.
    func opened(_ id: ConnectionID, channel: any Channel, peer: PeerConfiguration, isDialled: Bool) {
        // The configuration may have changed since the options were set, and with it the password.
        guard peer == machine.configuration else {
            channel.close(promise: nil)
            return
        }
        connections.channels[id] = channel
        submit(isDialled ? .connected(id) : .accepted(id))
        // The session waits for minutes (RFC 4271 §8.2.2), a person should not.
        eventLoop.scheduleTask(in: Self.openPatience) { [weak self] in
            self?.assumeIsolated { driver in
                guard driver.machine.awaitsOpen(on: id) else { return }
                driver.note(.openOverdue(driver.droppedSegments()))
                driver.setNeedsPublish()
            }
        }
    }

    /// When a person is told that no OPEN comes; longer than what the system needs to find that nothing is acknowledged.
    private static let openPatience: TimeAmount = .seconds(12)

    func closed(_ id: ConnectionID, _ disconnection: Disconnection) {
        guard connections.channels.removeValue(forKey: id) != nil else { return }
        submit(.session(id, .disconnected(disconnection)))
        finishDrain()
    }

    func becameWritable(_ id: ConnectionID) {
        if session?.connection == id { write() }
    }

    private func finishDrain() {
        guard let promise = connections.drained, connections.channels.isEmpty else { return }
        connections.drained = nil
        promise.succeed()
    }
}
