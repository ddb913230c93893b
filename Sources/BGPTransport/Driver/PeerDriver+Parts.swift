import BGPEngine
import BGPTypes
import BGPWire
import CoreMetrics
import NIOCore

/// What a driver keeps, by what it is about.
extension PeerDriver {
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

    /// The routes to the peer, in this session and the next.
    struct Announcement {
        var adjacency = AdjacencyOut()
        /// Changes of routes whose UPDATEs the system has not all taken yet.
        var unsent: [RouteChangeTimer] = []
        /// Times changes of routes, for all peers of the instance.
        let convergence: Recorder
        /// How many routes wait because of a limit, by family.
        var heldBack: [IPFamily: Int] = [:]
        /// What was named as next hops last, in this session or the one before.
        var nextHops = NextHopSet()
        /// What was last logged about next hops.
        var toldNextHops: [IPFamily: NextHopFault] = [:]
    }

    /// The connections that are open, and the one that is dialled.
    struct Connections {
        var channels: [ConnectionID: any Channel] = [:]
        /// Counts attempts to dial, so that the outcome of one that was given up is recognised.
        var dial: UInt64 = 0
        var dialled: (any Channel)?
        /// Kept with nothing left open; set once the driver has retired.
        var drained: EventLoopPromise<Void>?
        private var last: UInt64 = 0

        mutating func newID() -> ConnectionID {
            last += 1
            return ConnectionID(rawValue: last)
        }
    }

    /// The timers of the machine.
    struct Timers {
        var armed: [PeerStateMachine.Timer: ArmedTimer] = [:]
        /// When the next attempt is due.
        var nextRetry: NIODeadline?
    }

    /// Why there is no session, or was none.
    struct Failures {
        var heldDown: HeldDown?
        /// The last failure; its time is that of the wall clock when it was told, `seen` is what counts.
        var latest: PeerSnapshot.Failure?
        var seen = NIODeadline.now()
        /// Whether no session was established since `latest`.
        var isCurrent = false
        /// Why no connection that the peer opens would be accepted.
        var objection: AdmissionFailure?
        /// The reasons that the log has told at a person's level since a session was last up.
        var toldReasons: Set<FailureReason> = []
        /// What the kernel had dropped when it was last looked at for this peer.
        var drops = DropCounters(netstat: "")
    }

    /// What is remembered of the session before.
    struct LastContact {
        /// The last session with the router, this peer's or that of a peer whose place it took.
        var session: LastSession?
        /// This side's address in the session that is up, or was last.
        var source: IPAddress?
        /// What the peer called itself in its last session.
        var routerID: RouterID?
    }

    /// What others see of the peer: its state, its metrics, and when to publish them.
    struct Publication {
        var metrics: PeerMetrics
        var wallClock: WallClock
        var state: SessionState = .idle
        var since = NIODeadline.now()
        /// Whether the state is published at the end of the event loop's present turn.
        var isDue = false
        /// Whether the peer is no more, and so nothing of it is published again.
        var isRetired = false
    }

    /// Events that wait for the one being handled.
    struct EventQueue {
        var pending: [PeerStateMachine.Event] = []
        var isHandling = false
    }
}
