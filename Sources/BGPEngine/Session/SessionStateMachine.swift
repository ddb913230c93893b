package import BGPTypes
package import BGPWire

/// The life of one TCP connection from its first OPEN to its end (RFC 4271 §8.2.2, the states from OpenSent on).
///
///     start ──▶ OpenSent ──OPEN──▶ OpenConfirm ──KEEPALIVE──▶ Established
///                  │                    │                          │
///                  └────────────────────┴──any error, stop, end────┴──▶ Closed
///
/// It knows neither that another connection to the same peer may exist, which is `PeerStateMachine`'s business, nor
/// sockets, nor the time: timers are names that go out with `arm` and come back with `expired`. A state holds exactly what
/// is known in it, so the agreed hold time, say, cannot be read before the peer's OPEN has arrived.
package struct SessionStateMachine: Hashable, Sendable {
    /// Where the connection is in its life.
    package enum State: Hashable, Sendable {
        /// OPEN is sent, the peer's is awaited. Next: openConfirm, closed.
        case openSent(OpenSent)
        /// OPENs are exchanged, the peer's KEEPALIVE is awaited. Next: established, closed.
        case openConfirm(OpenConfirm)
        /// Routes flow. Next: closed.
        case established(Established)
        /// Over; every event is ignored.
        case closed
    }

    /// What happened to the connection.
    package enum Event: Hashable, Sendable {
        /// A message arrived whole and well-formed.
        case received(Message)
        /// Something arrived that is no BGP message; the error is what the peer is to be told.
        case malformed(NotificationError)
        /// A timer that was armed has run out.
        case expired(Timer)
        /// The connection is gone.
        case disconnected(Disconnection)
        /// This side wants the session to end.
        case stop(SessionStop)
        /// Something that was to be sent has been taken by the system.
        case sent
        /// The peer's system has acknowledged this side's first KEEPALIVE.
        case acknowledged
    }

    /// An order to the one who owns the connection.
    package enum Action: Hashable, Sendable {
        /// Put the message on the wire.
        case send(Message)
        /// Start the timer, anew if it runs.
        case arm(Timer, Duration)
        /// Stop the timer; the end of the connection stops all without a word.
        case cancel(Timer)
        /// The session is up: start to announce.
        case established(Negotiation)
        /// The peer announced or withdrew routes.
        indirect case deliver(UpdateMessage)
        /// The peer wants everything again.
        case repeatRoutes(RouteFamily)
        /// Close the connection when all that was sent is out; `nil` when nothing went wrong.
        case close(SessionFailure?)
    }

    /// The timers of a connection (RFC 4271 §10).
    package enum Timer: Hashable, Sendable, CaseIterable {
        /// Nothing could be sent for so long that the peer must have stopped reading (RFC 9687).
        case sendHold
        /// Until when the peer must have been heard.
        case hold
        /// When to say KEEPALIVE next.
        case keepalive
    }

    /// Where the connection is in its life.
    package internal(set) var state: State
    /// Whether the peer can know that the session is up: its system has acknowledged this side's first KEEPALIVE.
    var isHeard = false
    /// What the session is to be like.
    package let configuration: PeerConfiguration

    /// How long to wait for the peer's OPEN (RFC 4271 §8.2.2 suggests four minutes).
    package static let openHoldTime: Duration = .seconds(240)

    /// A connection that has just come up: `actions` say what to do first.
    ///
    /// `restarted` is the R bit of the OPEN.
    package static func start(
        _ configuration: PeerConfiguration,
        restarted: Bool
    ) -> (machine: SessionStateMachine, actions: [Action]) {
        let open = configuration.open(restarted: restarted)
        let machine = SessionStateMachine(
            state: .openSent(OpenSent(localOpen: open)),
            configuration: configuration
        )
        return (machine, [.send(.open(open)), .arm(.hold, openHoldTime)])
    }

    private init(state: State, configuration: PeerConfiguration) {
        self.state = state
        self.configuration = configuration
    }

    /// Moves on by one event; the actions are to be carried out in order.
    package mutating func handle(_ event: Event) -> [Action] {
        if case .acknowledged = event {
            isHeard = true
            return []
        }
        return switch state {
        case .openSent(let openSent): handle(event, in: openSent)
        case .openConfirm(let openConfirm): handle(event, in: openConfirm)
        case .established(let established): handle(event, in: established)
        case .closed: []
        }
    }

    /// The state's name; `nil` when the connection is over.
    package var sessionState: SessionState? {
        switch state {
        case .openSent: .openSent
        case .openConfirm: .openConfirm
        case .established: .established
        case .closed: nil
        }
    }

    /// What was agreed on, once the peer's OPEN has arrived.
    package var negotiation: Negotiation? {
        switch state {
        case .openSent, .closed: nil
        case .openConfirm(let openConfirm): openConfirm.negotiation
        case .established(let established): established.negotiation
        }
    }
}

/// How a connection ended that this side did not close.
package enum Disconnection: Hashable, Sendable {
    /// The peer closed it in order.
    case closedByPeer
    /// The peer's system reset it.
    case resetByPeer
    /// The peer acknowledged nothing for so long that the system gave up, with what the kernel dropped meanwhile.
    case timedOut(DroppedSegments?)
    /// Anything else, in the system's words.
    case failed(String)
}
