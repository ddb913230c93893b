package import BGPTypes
package import PlainText

/// What is known of a peer at a moment, for status, metrics and the terminal.
package struct PeerSnapshot: Hashable, Sendable {
    /// Which peer of which instance.
    package var id: PeerID
    /// What it is configured to be.
    package var configuration: PeerConfiguration
    /// Why it is kept down, if it is.
    package var heldDown: HeldDown?
    /// The state in RFC 4271's words.
    package var state: SessionState
    /// When it entered the state.
    package var since: Timestamp
    /// The foremost connection, and the attempts to have one.
    package var connection = Connection()
    /// What was agreed on, once the peer's OPEN has arrived.
    package var negotiation: Negotiation?
    /// Routes per family of the session, in ascending order of family.
    package var families: [FamilyCounters]
    /// What announced routes name as their next hop, of the families that the session carries.
    package var nextHops: [IPFamily: NextHop]
    /// How often a session was established.
    package var establishedTransitions: Int
    /// The last failure; kept while the peer is up, until the next one.
    package var lastFailure: Failure?

    /// The foremost connection, and the attempts to have one.
    package struct Connection: Hashable, Sendable {
        /// This side of it.
        package var local: Endpoint?
        /// The peer's side of it.
        package var remote: Endpoint?
        /// Connections tried since the last session was established.
        package var attempts = 0
        /// When the next attempt is due, if one waits.
        package var nextRetry: Timestamp?
    }

    /// An address and port.
    package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
        package var address: ScopedAddress
        package var port: UInt16

        /// Joins the two.
        package init(address: ScopedAddress, port: UInt16) {
            self.address = address
            self.port = port
        }

        /// `10.0.0.1:179` or `[fd00::1]:179`.
        package var description: String {
            address.address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
    }

    /// Counts of routes of one family.
    package struct FamilyCounters: Hashable, Sendable {
        package var family: RouteFamily
        /// Routes that are to be announced.
        package var desired: Int
        /// Routes that would be announced but for a limit.
        package var heldBack: Int
        /// Routes that have been announced on this session.
        package var announced: Int
        /// Prefixes that the peer has announced on this session.
        package var received: Int
        /// How many of these are counted and not kept, so that no list has them.
        package var notKept: Int

        /// Joins the counts.
        package init(family: RouteFamily, desired: Int, heldBack: Int, announced: Int, received: Int, notKept: Int = 0)
        {
            self.family = family
            self.desired = desired
            self.heldBack = heldBack
            self.announced = announced
            self.received = received
            self.notKept = notKept
        }
    }

    /// The next hop of one family's routes.
    package struct NextHop: Hashable, Sendable {
        /// The address of this node that is named, the global one if there are two; `nil` when there is none.
        package var address: IPAddress?
        /// What is wrong with it.
        package var fault: NextHopFault?

        /// Joins the two.
        package init(_ address: IPAddress?, _ fault: NextHopFault? = nil) {
            self.address = address
            self.fault = fault
        }
    }

    /// A failure with its time.
    package struct Failure: Hashable, Sendable {
        /// When it was seen.
        package var time: Timestamp
        /// What was seen.
        package var evidence: SessionFailure
        /// The words for it, with what was seen since.
        package var explanation: FailureExplanation
        /// The words for it alone.
        package var original: FailureExplanation

        /// Joins the parts.
        package init(time: Timestamp, evidence: SessionFailure, explanation: FailureExplanation) {
            self.time = time
            self.evidence = evidence
            self.explanation = explanation
            original = explanation
        }
    }

    /// A peer of which nothing is known but its configuration.
    package init(id: PeerID, configuration: PeerConfiguration, state: SessionState = .idle, since: Timestamp) {
        self.id = id
        self.configuration = configuration
        self.state = state
        self.since = since
        families = []
        nextHops = [:]
        establishedTransitions = 0
    }
}
