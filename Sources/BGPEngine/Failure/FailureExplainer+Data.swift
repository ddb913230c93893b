import BGPTypes
import BGPWire

/// What a router says in the data of its NOTIFICATION is more than code and subcode: it is told, and nothing else guessed.
extension FailureExplainer {
    /// Why the router misses or refuses capabilities: those that it names, or all families when it names none.
    func explainCapabilities(_ error: NotificationError, seen: String) -> FailureExplanation {
        let named = error.namedCapabilities
        // Without a multiprotocol capability IPv4 unicast is meant (RFC 4760 §8).
        let own = peer.families.isEmpty ? [.ipv4Unicast] : peer.families
        let families = named.compactMap { capability in
            if case .multiprotocol(let family) = capability { family } else { nil }
        }
        let refused = families.filter(own.contains)
        let asked = families.filter { !own.contains($0) }
        let offered = Set(peer.open(restarted: false).capabilities.map(\.code))
        let others = Set(named.map(\.code)).subtracting([.multiprotocol]).sorted { $0.rawValue < $1.rawValue }
        var causes: [String] = []
        var fixes: [String] = []
        if named.isEmpty || !refused.isEmpty {
            let (subject, object) = words(named.isEmpty ? own : refused)
            causes.append("it does not take \(subject)")
            fixes.append("activate \(object) for neighbor \(us) on the router, or change the peer's families")
        }
        if !asked.isEmpty {
            let (subject, object) = words(asked)
            causes.append("it asks for \(subject), which this node does not offer")
            fixes.append(
                "add \(object) to the peer's families, or deactivate \(object) for neighbor \(us) on the router"
            )
        }
        for code in others.prefix(4) {
            causes.append(
                offered.contains(code)
                    ? "it does not take the capability \"\(code)\" as this node offers it"
                    : "it asks for the capability \"\(code)\", which this node does not have"
            )
        }
        if !others.isEmpty {
            fixes.append("look for what asks for it among the options of neighbor \(us) on the router")
        }
        return FailureExplanation(
            .unsupportedCapability,
            seen: seen,
            cause: causes.joined(separator: ", and "),
            fix: fixes.joined(separator: "; ")
        )
    }

    /// `the family ipv4/unicast` and `it`, or `the families …` and `them`.
    private func words(_ families: [RouteFamily]) -> (subject: String, object: String) {
        families.count == 1 ? ("the family \(list(families))", "it") : ("the families \(list(families))", "them")
    }

    /// What of that which this node sent the router does not accept, as far as it says.
    func unaccepted(by error: NotificationError) -> String {
        if let attribute = error.namedAttribute {
            return error.subcode == 3
                ? "an UPDATE without the attribute \(attribute)" : "the attribute \(attribute) as this node sent it"
        }
        if let message = error.namedMessage { return "the \(message) that this node sent" }
        return "what this node sent"
    }
}
