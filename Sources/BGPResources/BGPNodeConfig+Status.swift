package import BGPTypes
package import KubeModel
package import PlainText

extension BGPNodeConfig {
    /// What the speaker sees.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]
        /// How many of the sessions are up.
        package var sessions: SessionCounts?
        /// How many routes are announced, counted once for each peer that gets them.
        package var advertisedRoutes: Int?
        /// The first thing that is wrong, in one line for the printer column; absent when nothing is.
        package var problem: String?
        /// The version of the speaker, such as `0.2.0`; absent from one that is older than this field.
        package var speakerVersion: String?
        /// The instances that run, in the order of the spec.
        @EmptyWhenAbsent package var bgpInstances: [InstanceStatus]

        /// A status.
        package init(
            conditions: [Condition] = [],
            sessions: SessionCounts? = nil,
            advertisedRoutes: Int? = nil,
            problem: String? = nil,
            speakerVersion: String? = nil,
            bgpInstances: [InstanceStatus] = []
        ) {
            self.conditions = conditions
            self.sessions = sessions
            self.advertisedRoutes = advertisedRoutes
            self.problem = problem
            self.speakerVersion = speakerVersion
            self.bgpInstances = bgpInstances
        }
    }

    /// An instance that runs.
    package struct InstanceStatus: Codable, Hashable, Sendable {
        /// As in the spec.
        package var name: String
        /// The AS it runs with.
        package var localASN: ASNumber?
        /// The BGP identifier it runs with.
        package var routerID: RouterID?
        /// The TCP port it listens on; absent when it only dials.
        package var localPort: Int?
        /// Its peers, in the order of the spec.
        @EmptyWhenAbsent package var peers: [PeerStatus]

        /// An instance that runs.
        package init(
            name: String,
            localASN: ASNumber? = nil,
            routerID: RouterID? = nil,
            localPort: Int? = nil,
            peers: [PeerStatus] = []
        ) {
            self.name = name
            self.localASN = localASN
            self.routerID = routerID
            self.localPort = localPort
            self.peers = peers
        }
    }
}

/// A peer as its speaker sees it, with everything needed to say why it is down.
package struct PeerStatus: Codable, Hashable, Sendable {
    /// As in the spec.
    package var name: String
    /// The address the session goes to; absent while discovery has found none.
    package var peerAddress: ScopedAddress?
    /// The TCP port at the peer's side.
    package var peerPort: Int?
    /// The AS the peer says it is, else the one configured.
    package var peerASN: ASNumber?
    /// The BGP identifier the peer says it is.
    package var peerRouterID: RouterID?
    /// Our address of the connection.
    package var localAddress: ScopedAddress?
    /// Our TCP port of the connection.
    package var localPort: Int?
    /// The session's state.
    package var peeringState: SessionState?
    /// When the session came to its state.
    package var stateSince: Timestamp?
    /// When the session was established; absent when it is not.
    package var establishedTime: Timestamp?
    /// The timers both sides agreed on; absent when the session is not established.
    package var timers: AppliedTimers?
    /// What both sides agreed on; absent when the session is not established.
    package var negotiated: Negotiated?
    /// Routes by family, in the order of the families.
    @EmptyWhenAbsent package var routeCount: [RouteCount]
    /// Attempts to connect since the session was last established.
    package var connectAttempts: Int?
    /// When the next attempt is made; absent when none is due.
    package var nextRetryTime: Timestamp?
    /// What went wrong last; stays when the session is up again, so that a flap can be understood.
    package var lastError: SessionError?

    /// A peer of this name of which nothing else is known yet.
    package init(name: String) {
        self.name = name
        routeCount = []
    }
}

extension PeerStatus {
    /// Timers both sides agreed on, in seconds.
    package struct AppliedTimers: Codable, Hashable, Sendable {
        /// The smaller of both hold times, 0 or 3 to 65535; 0 is no keepalives at all (RFC 4271 §4.2).
        package var appliedHoldTimeSeconds: Int
        /// The time between KEEPALIVE messages, 0 to 65535.
        package var appliedKeepaliveSeconds: Int

        /// Timers of a session.
        package init(appliedHoldTimeSeconds: Int, appliedKeepaliveSeconds: Int) {
            self.appliedHoldTimeSeconds = appliedHoldTimeSeconds
            self.appliedKeepaliveSeconds = appliedKeepaliveSeconds
        }
    }

    /// What both sides agreed on in their OPEN messages.
    package struct Negotiated: Codable, Hashable, Sendable {
        /// The families that both sides offered.
        @EmptyWhenAbsent package var families: [RouteFamily]
        /// Whether AS numbers of four octets are used (RFC 6793).
        package var fourByteASN: Bool
        /// What we said about graceful restart; absent when we did not offer it.
        package var localGracefulRestart: GracefulRestartOffer?
        /// What the peer said about graceful restart; absent when it did not offer it.
        package var peerGracefulRestart: GracefulRestartOffer?

        /// The outcome of both OPEN messages.
        package init(
            families: [RouteFamily],
            fourByteASN: Bool,
            localGracefulRestart: GracefulRestartOffer? = nil,
            peerGracefulRestart: GracefulRestartOffer? = nil
        ) {
            self.families = families
            self.fourByteASN = fourByteASN
            self.localGracefulRestart = localGracefulRestart
            self.peerGracefulRestart = peerGracefulRestart
        }
    }

    /// One side's graceful restart capability (RFC 4724 §3).
    package struct GracefulRestartOffer: Codable, Hashable, Sendable {
        /// How long this side asks the other to keep its routes, 0 to 4095 seconds.
        package var restartTimeSeconds: Int
        /// How long routes may be kept beyond that (RFC 9494), the shortest of all families; absent when not offered.
        package var longLivedStaleTimeSeconds: Int?
        /// Whether this side had just restarted (R-bit).
        package var restarting: Bool
        /// The families whose routes are kept.
        @EmptyWhenAbsent package var families: [RouteFamily]

        /// What one side says.
        package init(
            restartTimeSeconds: Int,
            longLivedStaleTimeSeconds: Int? = nil,
            restarting: Bool,
            families: [RouteFamily]
        ) {
            self.restartTimeSeconds = restartTimeSeconds
            self.longLivedStaleTimeSeconds = longLivedStaleTimeSeconds
            self.restarting = restarting
            self.families = families
        }
    }

    /// Routes of one family.
    package struct RouteCount: Codable, Hashable, Sendable {
        /// What kind of addresses.
        package var afi: RouteFamily.AFI
        /// Which use of them.
        package var safi: RouteFamily.SAFI
        /// Routes the peer announced to us.
        package var received: Int
        /// Routes we announced to the peer.
        package var advertised: Int
        /// Routes that `announceLimit` keeps from being announced; absent when there are none.
        package var heldBack: Int?
        /// How many of the received ones are counted and not kept; absent when there are none.
        package var notKept: Int?

        /// The address of this node that announced routes name; absent when there is none.
        package var nextHop: IPAddress?
        /// What is wrong with it; absent when nothing is.
        package var nextHopProblem: NextHopProblem?

        /// Counts the routes of a family; none held back or not kept is the same as nothing.
        package init(
            _ family: RouteFamily,
            received: Int,
            advertised: Int,
            heldBack: Int = 0,
            notKept: Int = 0,
            nextHop: IPAddress? = nil,
            nextHopProblem: NextHopProblem? = nil
        ) {
            afi = family.afi
            safi = family.safi
            self.received = received
            self.advertised = advertised
            self.heldBack = heldBack == 0 ? nil : heldBack
            self.notKept = notKept == 0 ? nil : notKept
            self.nextHop = nextHop
            self.nextHopProblem = nextHopProblem
        }

        /// `afi` and `safi` together.
        package var family: RouteFamily { RouteFamily(afi: afi, safi: safi) }
    }
}

/// What is wrong with the next hop that a family's routes name, in the word of its reason.
package enum NextHopProblem: String, ListedValue {
    /// The node has no address to name, so the routes are withheld.
    case noNextHop = "NoNextHop"
    /// It is a loopback address, which a peer on the node itself cannot pass on.
    case loopbackNextHop = "LoopbackNextHop"
}

/// What went wrong with a session, in words a person can act on.
package struct SessionError: Codable, Hashable, Sendable {
    /// The case in one word, such as `ConnectionRefused` or `NotificationReceived`.
    package var reason: String
    /// What was seen.
    package var message: String
    /// When.
    package var time: Timestamp
    /// Who sent the NOTIFICATION, when there was one.
    package var direction: Direction?
    /// Its error code (RFC 4271 §4.5).
    package var code: Int?
    /// Its error subcode.
    package var subcode: Int?
    /// The text that came with it (RFC 9003).
    package var text: String?
    /// What probably led to it.
    package var cause: String?
    /// What would probably help.
    package var fix: String?

    /// Which way a NOTIFICATION went.
    package enum Direction: String, ListedValue {
        case sent = "Sent"
        case received = "Received"
    }

    /// Something that went wrong.
    package init(
        reason: String,
        message: String,
        time: Timestamp,
        direction: Direction? = nil,
        code: Int? = nil,
        subcode: Int? = nil,
        text: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.time = time
        self.direction = direction
        self.code = code
        self.subcode = subcode
        self.text = text
        self.cause = cause
        self.fix = fix
    }
}
