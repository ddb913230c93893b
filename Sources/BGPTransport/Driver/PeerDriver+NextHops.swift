import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging
import NIOCore

extension PeerDriver {
    /// The next hops of a connection, from the node's addresses of now.
    func chooseNextHops(_ id: ConnectionID, _ negotiation: Negotiation) -> NextHopSet? {
        guard let channel = channels[id], let local = channel.localAddress?.scopedAddress else { return nil }
        let peer = machine.configuration
        let session = NextHopSession(
            local: local,
            remote: channel.remoteAddress?.scopedAddress ?? peer.remote,
            configured: peer.localAddress,
            isDirect: !negotiation.wire.isInternal && peer.distance.isOneHop,
            carriesIPv4OverIPv6: negotiation.wire.ipv4OverIPv6
        )
        nextHops = addresses.nextHops(of: session, inUse: nextHops)
        return nextHops
    }

    /// Names other next hops, and tells the peer what differs, when the node's addresses have changed.
    func followAddresses() {
        guard let session, let before = adjacency.session,
            let chosen = chooseNextHops(session.connection, session.negotiation)
        else { return }
        guard chosen != before.nextHops else {
            // Whether a loopback address is as it should be follows from the cluster.
            noteNextHops()
            return
        }
        share.use(chosen, in: &adjacency)
        for family in IPFamily.allCases {
            guard let after = adjacency.session?.nextHop(family), after != before.nextHop(family) else { continue }
            logger.notice(
                "next hop changed",
                metadata: [
                    .family: "\(family.routeFamily)", .nextHop: "\(after.words)",
                    .nextHopBefore: "\(before.nextHop(family)?.words ?? "none")",
                ]
            )
        }
        write()
        noteNextHops()
        setNeedsPublish()
    }

    /// What is wrong with the next hop of a family that has routes; nil when nothing is, or there is no session.
    func nextHopFault(_ family: IPFamily) -> NextHopFault? {
        guard let session = adjacency.session, session.context.families.contains(family.routeFamily),
            adjacency.desired?.count(family) ?? 0 > 0
        else { return nil }
        guard let address = session.nextHop(family)?.address else { return .missing }
        return address.isLoopback && !addresses.cluster.isOnLoopback ? .loopback : nil
    }

    /// Logs what is wrong with next hops, once each time that it comes.
    func noteNextHops() {
        for family in IPFamily.allCases {
            let problem = nextHopFault(family)
            guard problem != toldNextHops[family] else { continue }
            toldNextHops[family] = problem
            switch problem {
            case nil: break
            case .missing?:
                logger.warning(
                    "no next hop: the node has no address that could be named to the peer, so the family is withheld",
                    metadata: [.family: "\(family.routeFamily)", .reason: "NoNextHop"]
                )
            case .loopback?:
                logger.warning(
                    "the next hop is a loopback address, which the peer cannot pass on",
                    metadata: [.family: "\(family.routeFamily)", .reason: "LoopbackNextHop"]
                )
            }
        }
    }
}

extension PeerDistance {
    /// Whether no router may lie between.
    fileprivate var isOneHop: Bool {
        switch self {
        case .adjacent: true
        case .multihop: false
        case .ttlSecurity(let hops): hops <= 1
        }
    }
}

extension MultiprotocolNextHop {
    /// The addresses, for people.
    fileprivate var words: String { address.map { "\($0)" } ?? "\(self)" }
}
