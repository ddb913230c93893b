package import BGPTypes
package import BGPWire

/// A connection that was accepted, and what tells which of several peers at its address has opened it.
package struct AcceptedConnection: Hashable, Sendable {
    /// The address of this node that was dialled.
    package var local: IPAddress?
    /// The interface that has this address.
    package var interface: String?
    /// The peer's OPEN, once it has been read.
    package var open: Open?

    /// What is known of the connection.
    package init(local: IPAddress?, interface: String?, open: Open? = nil) {
        self.local = local
        self.interface = interface
        self.open = open
    }

    /// A peer that may have opened it: one at the right address.
    package struct Candidate: Hashable, Sendable {
        /// What the peer is configured to be.
        package var configuration: PeerConfiguration
        /// What the peer called itself in its last session, if it ever had one.
        package var lastRouterID: RouterID?
        /// Whether the peer may come up and has no session.
        package var waits: Bool

        /// Joins the three.
        package init(_ configuration: PeerConfiguration, lastRouterID: RouterID?, waits: Bool) {
            self.configuration = configuration
            self.lastRouterID = lastRouterID
            self.waits = waits
        }
    }

    /// The places of the peers that fit best; more than one when they cannot be told apart.
    ///
    /// Looked at in this order: the address that was dialled, its interface, and, once the OPEN is there, AS, BGP
    /// Identifier and who waits for a connection. A peer that is configured to be exactly so fits best, then one that may be
    /// anything; if none does, the rest decides, so that the peer's OPEN gets an answer that tells what is wrong.
    package func bestMatches(among candidates: [Candidate]) -> [Int] {
        var places = Array(candidates.indices)
        func narrow(_ fits: (Candidate) -> Bool, else mayFit: (Candidate) -> Bool) {
            let exact = places.filter { fits(candidates[$0]) }
            let possible = exact.isEmpty ? places.filter { mayFit(candidates[$0]) } : exact
            if !possible.isEmpty { places = possible }
        }
        if let local {
            narrow({ $0.configuration.localAddress == local }, else: { $0.configuration.localAddress == nil })
        }
        if let interface {
            narrow({ $0.configuration.sourceInterface == interface }, else: { $0.configuration.sourceInterface == nil })
        }
        if let open {
            narrow({ $0.configuration.remoteAS == open.asNumber }, else: { $0.configuration.remoteAS.rawValue == 0 })
            narrow({ $0.lastRouterID == open.routerID }, else: { $0.lastRouterID == nil })
            narrow(\.waits, else: { _ in true })
        }
        return places
    }
}
