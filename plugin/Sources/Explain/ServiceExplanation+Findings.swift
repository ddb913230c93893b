import BGPResources
import Inspection
import Planning

extension ServiceExplanation {
    /// Whether it is unknown of something wanted whether it is on the wire.
    package var isIncomplete: Bool {
        asPolicy == nil
            && everyPeer.contains { $0.peer.verdict == .announce && $0.peer.wire?.announced == nil }
    }

    /// Whether something is not announced and should be.
    ///
    /// A node that keeps back what other nodes announce, as one without endpoints does under policy Local, is none; an
    /// address that is selected and that no node may announce is one, and so is a load balancer address that no node
    /// announces, unless the Service has opted out.
    package var hasFindings: Bool {
        if findings.contains(where: { $0.effect == .prevents }) { return true }
        return addresses.contains { address in
            let peers = everyPeer.filter { $0.verdict.address == address.address && $0.verdict.kind == address.kind }
            if address.kind == .loadBalancerIP, service.type == "LoadBalancer" {
                if isOfOthers { return false }
                if !optsOut, !peers.contains(where: isAnnounced) { return true }
            }
            let selected = peers.filter { $0.peer.selected }
            let wanted = selected.filter { ($0.verdict.asked ?? .announce) == .announce }
                .filter { asPolicy != nil || $0.peer.verdict == .announce }
            guard !wanted.isEmpty else { return !selected.isEmpty }
            // What would be on the wire under another policy, nobody knows.
            return asPolicy == nil && wanted.contains { $0.peer.wire?.announced == false }
        }
    }

    /// Whether an address goes out to a peer, or would under the policy that was asked about.
    private func isAnnounced(_ entry: (verdict: ExplainedVerdict, peer: ExplainedPeer)) -> Bool {
        entry.verdict.asked.map { $0 == .announce } ?? (entry.peer.wire?.announced == true)
    }

    /// Whether the Service carries a label by which it is left out.
    private var optsOut: Bool { findings.contains { $0.code == .optedOut } }

    /// Whether another implementation serves it; a class of ours that does not exist is a slip.
    private var isOfOthers: Bool {
        service.isForeign ?? false && !(service.loadBalancerClass ?? "").hasPrefix("martlet.dev/")
    }

    private var everyPeer: [(verdict: ExplainedVerdict, peer: ExplainedPeer)] {
        nodes.flatMap(\.addresses).flatMap { verdict in verdict.peers.map { (verdict, $0) } }
    }
}
