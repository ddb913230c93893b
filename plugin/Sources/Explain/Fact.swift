import BGPResources
import BGPTypes
import Inspection
import KubeModel
import Planning

/// One thing that an explanation says and that may change: what it is about, and how it is.
package struct Fact: Hashable, Sendable {
    /// What it is about, such as `node1 192.0.2.1 to tor: announced`.
    package let subject: String
    /// How it is.
    package let value: String

    /// States a fact.
    package init(_ subject: String, _ value: String) {
        self.subject = subject
        self.value = value
    }
}

/// An explanation that can be told from its past self.
package protocol ChangingExplanation: Encodable, Equatable, Sendable {
    /// What a list of several is called.
    static var listKind: String { get }

    /// Everything in it that is worth a line when it changes, each subject once.
    var facts: [Fact] { get }
}

extension ServiceExplanation: ChangingExplanation {
    package static var listKind: String { "ServiceExplanationList" }

    package var facts: [Fact] {
        let name = "service \(service.namespace)/\(service.name)"
        var facts = [Fact("\(name): addresses", addresses.map(\.address.description).listed)]
        for node in nodes {
            for verdict in node.addresses {
                let subject = "\(node.name) \(verdict.address)"
                facts.append(Fact("\(subject): verdict", verdict.now.told(verdict.reasons)))
                if let asked = verdict.asked, let asPolicy {
                    facts.append(Fact("\(subject): verdict as \(asPolicy)", asked.rawValue))
                }
                for peer in verdict.peers {
                    facts += peer.wire.facts("\(subject) to \(peer.peer)")
                }
            }
        }
        return facts
    }
}

extension RouteExplanation: ChangingExplanation {
    package static var listKind: String { "RouteExplanationList" }

    package var facts: [Fact] {
        var facts = [
            Fact("\(prefix): services", addresses.map { "\($0.namespace)/\($0.name)" }.listed),
            Fact("\(prefix): covered by", covering.map(\.prefix.description).listed),
        ]
        for node in nodes {
            for peer in node.peers {
                let subject = "\(node.name) \(prefix) to \(peer.peer)"
                facts.append(Fact("\(subject): verdict", peer.verdict.told(peer.reasons)))
                let attributes = peer.attributes.map { "\($0.name)=\($0.value)" }
                facts.append(Fact("\(subject): attributes", attributes.listed))
                facts += peer.wire.facts(subject)
            }
        }
        return facts
    }
}

extension PeerExplanation: ChangingExplanation {
    package static var listKind: String { "PeerExplanationList" }

    package var facts: [Fact] {
        let subject = "\(node) \(peer)"
        var facts = [
            Fact("\(subject): session", session.peeringState?.rawValue ?? "unknown"),
            Fact("\(subject): reasons", reasons.map(\.code.rawValue).listed),
            Fact("\(subject): last error", session.lastError.map { "\($0.reason) at \($0.time)" } ?? "none"),
        ]
        for family in families {
            facts.append(Fact("\(subject) \(family.family): wanted", "\(family.wanted)"))
            facts.append(
                Fact("\(subject) \(family.family): announced", family.announced.map(\.description) ?? "unknown")
            )
            facts.append(Fact("\(subject) \(family.family): selects", family.advertisements.map(\.name).listed))
        }
        let found = differences.map { $0.map { "\($0.reason.code) (\($0.count))" }.listed }
        facts.append(Fact("\(subject): differences", found ?? "unknown"))
        return facts
    }
}

extension NodeExplanation: ChangingExplanation {
    package static var listKind: String { "NodeExplanationList" }

    package var facts: [Fact] {
        [
            Fact("\(node): configured by", clusterConfig ?? "none"),
            Fact("\(node): reasons", reasons.map(\.code.rawValue).listed),
            Fact("\(node): drain", drain?.reason.rawValue ?? "unknown"),
        ]
            + (sessions ?? []).map { Fact("\(node) \($0.peer): session", $0.state.rawValue) }
    }
}

extension ExplainedWire? {
    /// Session and wire, as facts about a subject.
    fileprivate func facts(_ subject: String) -> [Fact] {
        let announced = self?.announced.map { $0 ? "yes" : "no" } ?? "unknown"
        let reason = self?.difference.map { " (\($0.code))" } ?? ""
        return [
            Fact("\(subject): session", self?.sessionState.rawValue ?? "unknown"),
            Fact("\(subject): announced", announced + reason),
        ]
    }
}

extension Verdict {
    /// The verdict, with what prevents it, or with the drain that will.
    fileprivate func told(_ reasons: [ExplainedReason]) -> String {
        let drains: [ReasonCode] = [.nodeDraining, .lastAnnouncer]
        let codes = reasons.filter { self == .announce ? drains.contains($0.code) : $0.effect == .prevents }
            .map(\.code.rawValue).eachOnce
        return codes.isEmpty ? rawValue : "\(rawValue) (\(codes.joined(separator: ", ")))"
    }
}

extension [String] {
    fileprivate var listed: String { isEmpty ? "none" : eachOnce.joined(separator: ", ") }
}
