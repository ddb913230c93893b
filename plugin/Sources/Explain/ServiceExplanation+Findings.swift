package import Planning

extension ServiceExplanation {
    /// Whether it is unknown of something wanted whether it is on the wire.
    package var isIncomplete: Bool {
        asPolicy == nil
            && everyPeer.contains { $0.peer.verdict == .announce && $0.peer.wire?.announced == nil }
    }

    /// Whether something that is selected is not announced and should be.
    ///
    /// A node that keeps back what other nodes announce, as one without endpoints does under policy Local, is none;
    /// an address that is selected and that no node may announce is one.
    package var hasFindings: Bool {
        if findings.contains(where: { $0.effect == .prevents }) { return true }
        return addresses.contains { address in
            let selected = everyPeer.filter {
                $0.verdict.address == address.address && $0.verdict.kind == address.kind && $0.peer.selected
            }
            let wanted = selected.filter { ($0.verdict.asked ?? .announce) == .announce }
                .filter { asPolicy != nil || $0.peer.verdict == .announce }
            guard !wanted.isEmpty else { return !selected.isEmpty }
            // What would be on the wire under another policy, nobody knows.
            return asPolicy == nil && wanted.contains { $0.peer.wire?.announced == false }
        }
    }

    private var everyPeer: [(verdict: ExplainedVerdict, peer: ExplainedPeer)] {
        nodes.flatMap(\.addresses).flatMap { verdict in verdict.peers.map { (verdict, $0) } }
    }
}
