package import BGPTypes

/// The graceful restart capability (RFC 4724 §3) with the N bit (RFC 8538 §2).
package struct GracefulRestart: Hashable, Sendable {
    /// One family's row.
    package struct FamilyState: Hashable, Sendable {
        package var family: RouteFamily
        /// The F bit: forwarding went on during the restart before this OPEN.
        package var forwardingPreserved: Bool

        /// Joins the two.
        package init(_ family: RouteFamily, forwardingPreserved: Bool) {
            self.family = family
            self.forwardingPreserved = forwardingPreserved
        }
    }

    /// The R bit: the sender has restarted, so nobody need wait for its End-of-RIB.
    package var restarted: Bool
    /// The N bit: routes survive a NOTIFICATION and the hold timer too, unless it is a hard reset.
    package var notifications: Bool
    /// How long to wait for the session to come back, in seconds, 0 to 4095.
    package var restartTime: UInt16
    /// The families whose routes are to be kept.
    package var families: [FamilyState]

    /// Takes all parts; a restart time above 4095 is cut to it, the field has twelve bits.
    package init(restarted: Bool, notifications: Bool, restartTime: UInt16, families: [FamilyState]) {
        self.restarted = restarted
        self.notifications = notifications
        self.restartTime = min(restartTime, 4095)
        self.families = families
    }
}

/// One family's row of the long-lived graceful restart capability (RFC 9494 §3).
package struct LongLivedGracefulRestart: Hashable, Sendable {
    package var family: RouteFamily
    /// The F bit: forwarding went on during the restart before this OPEN.
    package var forwardingPreserved: Bool
    /// How long stale routes may be kept, in seconds, 0 to 16,777,215.
    package var staleTime: UInt32

    /// Takes all parts; a longer time is cut to 24 bits.
    package init(_ family: RouteFamily, forwardingPreserved: Bool, staleTime: UInt32) {
        self.family = family
        self.forwardingPreserved = forwardingPreserved
        self.staleTime = min(staleTime, 0xFF_FFFF)
    }
}
