import BGPEngine
package import BGPResources
import BGPTypes
package import Planning

extension PeerStatus.RouteCount {
    /// What the speaker says is wrong with the next hop of the family's routes to a peer of a node; nil when nothing is.
    package func nextHopReason(of peer: String, in instance: String, on node: String) -> Reason? {
        let id = PeerID(instance: instance, peer: peer)
        let version: IPFamily = afi == .ipv6 ? .ipv6 : .ipv4
        return switch nextHopProblem {
        case .noNextHop: .session(.noNextHop(version, id, node: node))
        case .loopbackNextHop: .session(.loopbackNextHop(version, id, node: node))
        case nil: nil
        }
    }
}
