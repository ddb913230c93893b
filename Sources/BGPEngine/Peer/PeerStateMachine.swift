package import BGPTypes
package import BGPWire
import Pacing

/// A configured neighbour through all its connections: when to dial, whom to accept, which of two connections to keep.
///
///     Stopped ──start──▶ Running ──last connection failed──▶ Pausing ──pause over──▶ Running
///        ▲                  │                                   │
///        └──────stop────────┴────────────────stop───────────────┘
///
/// Both connections of a peer live in this one value, so a collision (RFC 4271 §6.8) is decided in one place, at once,
/// whatever the order in which their OPENs arrive. `Running` covers RFC 4271's Connect, Active and everything above;
/// `Pausing` is Idle with DampPeerOscillations (§8.1.1): pauses double with every failure and start anew once a session
/// has stood for `settleTime`. Randomness enters as a seed, time as expired timers.
package struct PeerStateMachine: Hashable, Sendable {
    /// Where the peer is.
    package enum State: Hashable, Sendable {
        /// Nothing is tried and nothing accepted. Next: running.
        case stopped
        /// Waiting out a failure; connections are refused. Next: running, stopped.
        case pausing
        /// Dialling, listening, or connected. Next: pausing, stopped.
        case running(Running)
    }

    /// What happened.
    package enum Event: Hashable, Sendable {
        /// The peer may come up, with this configuration.
        case start(PeerConfiguration)
        /// The peer must go down and stay down.
        case stop(SessionStop)
        /// The connection that was dialled is up.
        case connected(ConnectionID)
        /// The connection that was dialled did not come about.
        case dialFailed(DialFailure)
        /// The peer dialled.
        case accepted(ConnectionID)
        /// Something happened on a connection.
        case session(ConnectionID, SessionStateMachine.Event)
        /// A timer of the peer has run out.
        case expired(Timer)
        /// The first full set of routes and its End-of-RIB are out, so the restart is over.
        case announcedAll
    }

    /// An order to the driver.
    package enum Action: Hashable, Sendable {
        /// Open a connection to the peer.
        case dial
        /// Give up the connection being dialled.
        case abandonDial
        /// Put a message on the wire.
        case send(Message, ConnectionID)
        /// Start a timer, anew if it runs.
        case arm(Timer, Duration)
        /// Stop a timer.
        case cancel(Timer)
        /// The session is up: announce, and take routes.
        case established(ConnectionID, Negotiation)
        /// The peer announced or withdrew routes.
        indirect case deliver(UpdateMessage, ConnectionID)
        /// The peer wants all routes of a family again.
        case repeatRoutes(RouteFamily, ConnectionID)
        /// Close the connection once everything sent is out, and forget its timers.
        case close(ConnectionID)
        /// The session that was up is over: forget what was announced and received.
        case lost(ConnectionID)
        /// Something went wrong that a person should know.
        case report(SessionFailure)
    }

    /// The timers of a peer and of its connections.
    package enum Timer: Hashable, Sendable {
        /// Until the next attempt to dial (RFC 4271 §8.2.1.3 ConnectRetryTimer).
        case connectRetry
        /// Until the peer may be tried again after a failure (IdleHoldTimer).
        case idleHold
        /// Until an established session counts as good, which ends the doubling of pauses.
        case settle
        /// Until a connection whose OPEN has come goes on without the one that it waits for; means nothing when none waits.
        case collision
        /// A timer of one connection.
        case session(ConnectionID, SessionStateMachine.Timer)
    }

    /// What is known while the peer is tried or connected.
    package struct Running: Hashable, Sendable {
        /// What dialling does.
        package internal(set) var dial: Dial
        /// The connections, the older first; never more than one of them established.
        package internal(set) var connections: [Connection] = []
        /// The established session has stood for `settleTime`.
        package internal(set) var isSettled = false
        /// A connection that the peer opened beside a session that has just come up: this side has said nothing on it.
        package internal(set) var caller: ConnectionID?
    }

    /// What dialling does.
    package enum Dial: Hashable, Sendable {
        /// A connection is being opened.
        case dialling
        /// The last attempt failed, the next one waits for the connect retry timer.
        case waiting
        /// Not dialling: the peer is passive, or a connection is there.
        case resting
    }

    /// One connection and its session.
    package struct Connection: Hashable, Sendable {
        /// The driver's name for it.
        package let id: ConnectionID
        /// Whether this side dialled it.
        package let isDialled: Bool
        /// Its life.
        package internal(set) var session: SessionStateMachine
        /// The OPEN, and perhaps the KEEPALIVE after it, that wait until it is clear which of two connections is kept.
        var held: [SessionStateMachine.Event] = []
    }

    /// How long a session must stand before pauses start anew and a new connection of the peer means that it restarted.
    package static let settleTime: Duration = .seconds(10)
    /// How long a connection waits for the OPEN of the one that identifiers prefer; a router that is there sends it at once.
    package static let collisionPatience: Duration = .seconds(5)
    /// The pause before the first attempt to dial after this side has ended a session: a router that is dialled in the moment
    /// in which it takes the old session down turns the new connection away.
    package static let pauseAfterReset: Duration = .seconds(1)
    /// The pause after a first failure.
    package static let firstPause: Duration = .seconds(1)
    /// A passive peer is never refused for longer, since only it can dial.
    package static let longestPassivePause: Duration = .seconds(10)

    /// Where the peer is.
    package internal(set) var state: State = .stopped
    /// What the peer is to be like.
    package internal(set) var configuration: PeerConfiguration
    /// Connections tried since the last session was established.
    package internal(set) var attempts = 0
    /// How often a session was established.
    package internal(set) var establishedTransitions = 0
    /// The last failure; kept while the peer is up, until the next one.
    package internal(set) var lastFailure: SessionFailure?
    var dialBackoff: BackoffCounter<SplitMix64>
    var pauseBackoff: BackoffCounter<SplitMix64>
    /// What chance was seeded with, so that pauses can be repeated.
    let seed: UInt64
    /// The R bit for the next OPEN.
    var isRestarting: Bool
    /// This side has ended a connection that the peer had answered, or may have, and has not dialled since.
    var hasHungUp: Bool

    /// A stopped peer.
    ///
    /// `restarted` says that the program has come back after a restart and peers may hold its old routes, `hasHungUp` that this
    /// side has just ended a session with the peer's router.
    package init(_ configuration: PeerConfiguration, restarted: Bool, hasHungUp: Bool = false, seed: UInt64) {
        self.configuration = configuration
        isRestarting = restarted
        self.hasHungUp = hasHungUp
        self.seed = seed
        (dialBackoff, pauseBackoff) = Self.backoffs(configuration, seed: seed)
    }

    /// Pauses double from one failure to the next, each shortened by chance to 0.75 of it at least (RFC 4271 §10).
    static func backoffs(
        _ configuration: PeerConfiguration,
        seed: UInt64
    ) -> (dial: BackoffCounter<SplitMix64>, pause: BackoffCounter<SplitMix64>) {
        let longest = max(Duration.seconds(Int64(configuration.timers.connectRetry)), firstPause)
        let longestPause = configuration.isPassive ? min(longest, longestPassivePause) : longest
        func counter(_ longest: Duration, _ seed: UInt64) -> BackoffCounter<SplitMix64> {
            BackoffCounter(
                Backoff(first: firstPause, longest: longest, jitter: 0.25),
                using: SplitMix64(seed: seed)
            )
        }
        return (counter(longest, seed), counter(longestPause, ~seed))
    }

    /// Moves on by one event; the actions are to be carried out in order.
    package mutating func handle(_ event: Event) -> [Action] {
        switch state {
        case .stopped: handleStopped(event)
        case .pausing: handlePausing(event)
        case .running(let running): handle(event, in: running)
        }
    }
}

/// The driver's name for one TCP connection; never used again.
package struct ConnectionID: Hashable, Sendable, RawRepresentable {
    /// A number that no other connection of the peer has had.
    package let rawValue: UInt64

    /// Takes any number.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}
