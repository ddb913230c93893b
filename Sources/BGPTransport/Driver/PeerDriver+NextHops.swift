import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging
import NIOCore

extension PeerDriver {
    /// The next hops of a connection, from the node's addresses of now.
    func chooseNextHops(_ id: ConnectionID, _ negotiation: Negotiation) -> NextHopSet? {
        guard let channel = connections.channels[id], let local = channel.localAddress?.scopedAddress else {
            return nil
        }
        let peer = machine.configuration
        let session = NextHopSession(
            local: local,
            remote: channel.remoteAddress?.scopedAddress ?? peer.remote,
            configured: peer.localAddress,
            isDirect: !negotiation.wire.isInternal && peer.distance.isOneHop,
            carriesIPv4OverIPv6: negotiation.wire.ipv4OverIPv6
        )
        announcement.nextHops = shared.addresses.nextHops(of: session, inUse: announcement.nextHops)
        return announcement.nextHops
    }

    /// Names other next hops, and tells the peer what differs, when the node's addresses have changed.
    func followAddresses() {
        guard let session, let before = announcement.adjacency.session,
            let chosen = chooseNextHops(session.connection, session.negotiation)
        else { return }
        guard chosen != before.nextHops else {
            // Whether a loopback address is as it should be follows from the cluster.
            noteNextHops()
            return
        }
        shared.updates.use(chosen, in: &announcement.adjacency)
        for family in IPFamily.allCases {
            guard let after = announcement.adjacency.session?.nextHop(family), after != before.nextHop(family) else {
                continue
            }
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
        guard let session = announcement.adjacency.session, session.context.families.contains(family.routeFamily),
            announcement.adjacency.desired?.count(family) ?? 0 > 0
        else { return nil }
        guard let address = session.nextHop(family)?.address else { return .missing }
        return address.isLoopback && !shared.addresses.cluster.isOnLoopback ? .loopback : nil
    }

    /// Logs what is wrong with next hops, once each time that it comes.
    func noteNextHops() {
        for family in IPFamily.allCases {
            let problem = nextHopFault(family)
            guard problem != announcement.toldNextHops[family] else { continue }
            announcement.toldNextHops[family] = problem
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
