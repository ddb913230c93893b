import BGPEngine
import BGPTypes
import BGPWire
import CoreMetrics
import Glibc
import LogKeys
import Logging
import NIOCore
import NIOPosix

/// Carries out what a peer's state machine orders: the one place where a peer has sockets, timers and a clock.
///
/// The actor runs on its event loop, like the channels it opens, so handlers call it synchronously and no message waits
/// for a thread. Every event goes through `submit`, which runs the machine and carries out its actions before the next.
actor PeerDriver {
    nonisolated let eventLoop: any EventLoop
    nonisolated let id: PeerID
    let board: SpeakerBoard
    let share: UpdateCacheShare
    let memory: ReceivedRoutesMemory
    let addresses: LocalAddresses
    let options: SocketOptions
    var metrics: PeerMetrics
    /// Times changes of routes, for all peers of the instance.
    let convergence: Recorder
    let logger: Logger

    var machine: PeerStateMachine
    var heldDown: HeldDown?
    var adjacency = AdjacencyOut()
    /// Changes of routes whose UPDATEs the system has not all taken yet.
    var unsent: [RouteChangeTimer] = []
    /// How many routes wait because of a limit, by family.
    var heldBack: [IPFamily: Int] = [:]
    var session: EstablishedSession?
    var channels: [ConnectionID: any Channel] = [:]
    var timers: [PeerStateMachine.Timer: ArmedTimer] = [:]
    /// Counts attempts to dial, so that the outcome of one that was given up is recognised.
    var dial: UInt64 = 0
    var dialledChannel: (any Channel)?
    var nextConnection: UInt64 = 0
    var wallClock: WallClock
    var since = NIODeadline.now()
    var publishedState: SessionState = .idle
    /// The last failure; its time is that of the wall clock when it was told, `failureSeen` is what counts.
    var failure: PeerSnapshot.Failure?
    var failureSeen = NIODeadline.now()
    /// What the kernel had dropped when it was last looked at for this peer.
    var drops = DropCounters(netstat: "")
    /// Whether no session was established since `failure`.
    var failureIsCurrent = false
    /// Why no connection that the peer opens would be accepted.
    var objection: AdmissionFailure?
    /// The reasons that the log has told at a person's level since a session was last up.
    var toldReasons: Set<FailureReason> = []
    /// The last session with the router, this peer's or that of a peer whose place it took.
    var lastSession: LastSession?
    /// This side's address in the session that is up, or was last.
    var lastSource: IPAddress?
    /// What was named as next hops last, in this session or the one before.
    var nextHops = NextHopSet()
    /// What was last logged about next hops.
    var toldNextHops: [IPFamily: NextHopFault] = [:]
    /// What the peer called itself in its last session.
    var lastRouterID: RouterID?
    var isPublishing = false
    var isRetired = false
    /// When the next attempt is due.
    var nextRetry: NIODeadline?
    private var pending: [PeerStateMachine.Event] = []
    private var isHandling = false
    /// Called with nothing left open; set while shutting down.
    private var drained: EventLoopPromise<Void>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// What belongs to the session that is up; one of a kind, so that no part of it is ever copied.
    final class EstablishedSession {
        let connection: ConnectionID
        let negotiation: Negotiation
        var received: AdjacencyIn
        /// Its part of the memory for received routes; `nil` once the session is to end.
        var share: ReceivedRoutesBudget.Share?
        /// What of it was last noted.
        var usage = ReceivedRoutesBudget.Usage()
        /// Whether the log says that not all routes are kept.
        var hasToldNotKept = false
        var announcedAll = false

        init(connection: ConnectionID, negotiation: Negotiation, share: ReceivedRoutesBudget.Share) {
            self.connection = connection
            self.negotiation = negotiation
            self.share = share
            received = AdjacencyIn(negotiation.wire, seed: .random(in: .min ... .max))
        }
    }

    init(
        _ id: PeerID,
        configuration: PeerConfiguration,
        restarted: Bool,
        eventLoop: any EventLoop,
        board: SpeakerBoard,
        share: UpdateCacheShare,
        memory: ReceivedRoutesMemory,
        addresses: LocalAddresses,
        options: SocketOptions,
        lastSession: LastSession?,
        metrics: any MetricsFactory,
        convergence: Recorder,
        wallClock: @escaping @Sendable () -> UnixTime,
        logger: Logger
    ) {
        self.id = id
        self.lastSession = lastSession
        self.wallClock = WallClock(now: wallClock)
        self.eventLoop = eventLoop
        self.board = board
        self.share = share
        self.memory = memory
        self.addresses = addresses
        self.options = options
        var logger = logger
        logger[.instance] = "\(id.instance)"
        logger[.peer] = "\(id.peer)"
        self.logger = logger
        self.metrics = PeerMetrics(id, configuration, factory: metrics)
        self.convergence = convergence
        machine = PeerStateMachine(
            configuration,
            restarted: restarted,
            hasHungUp: lastSession != nil,
            seed: .random(in: 0...UInt64.max)
        )
    }

    /// Starts, restarts with another configuration, or holds down, as configured.
    ///
    /// `drops` is what the kernel has dropped until now, for what it drops from now on.
    func configure(_ peer: InstanceConfiguration.Peer, drops: DropCounters) {
        heldDown = peer.heldDown
        objection = nil
        toldReasons = []
        self.drops = drops
        if let heldDown = peer.heldDown {
            submit(.stop(.heldDown))
            machine.configure(peer.configuration)
            note(.heldDown(heldDown))
        } else {
            failure = nil
            submit(.start(peer.configuration))
        }
        setNeedsPublish()
    }

    /// Stops for good, and takes the peer's metrics along; the future ends when nothing is open any more.
    func retire(_ stop: SessionStop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        isRetired = true
        board.publish(nil, for: id)
        submit(.stop(stop))
        metrics.destroy()
        drained = promise
        finishDrain()
        return promise.futureResult
    }

    /// Ends the session with a word for the other operator, and starts again.
    func reset(message: String) {
        guard heldDown == nil else { return }
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
        if heldBack != self.heldBack {
            self.heldBack = heldBack
            setNeedsPublish()
        }
        // Otherwise it is a change for other peers.
        guard adjacency.setDesired(routes, isComplete: isComplete) else { return }
        if let timer, session != nil, !adjacency.isSettled {
            timer.begin(convergence)
            unsent.append(timer)
        }
        write()
        noteNextHops()
        setNeedsPublish()
    }

    /// Hands an event to the machine, or lines it up behind the one being handled.
    func submit(_ event: PeerStateMachine.Event) {
        pending.append(event)
        guard !isHandling else { return }
        isHandling = true
        var index = 0
        while index < pending.count {
            let event = pending[index]
            index += 1
            let actions = machine.handle(event)
            log(event, actions)
            perform(actions)
        }
        pending.removeAll(keepingCapacity: true)
        isHandling = false
        noteState()
    }

    /// Takes a connection that is up, made or accepted with the options of `peer`.
    func opened(_ id: ConnectionID, channel: any Channel, peer: PeerConfiguration, isDialled: Bool) {
        // The configuration may have changed since the options were set, and with it the password.
        guard peer == machine.configuration else {
            channel.close(promise: nil)
            return
        }
        channels[id] = channel
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
        guard channels.removeValue(forKey: id) != nil else { return }
        submit(.session(id, .disconnected(disconnection)))
        finishDrain()
    }

    func becameWritable(_ id: ConnectionID) {
        if session?.connection == id { write() }
    }

    func newConnection() -> ConnectionID {
        nextConnection += 1
        return ConnectionID(rawValue: nextConnection)
    }

    private func finishDrain() {
        guard let promise = drained, channels.isEmpty else { return }
        drained = nil
        promise.succeed()
    }
}
