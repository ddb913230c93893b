import BGPResources
import BGPTypes
package import Inspection
import KubeModel
package import PlainText
import Planning

/// An explanation for reading: what the service is, a row for each node, address and peer, then all reasons by node.
package struct ExplanationText {
    private let explanation: ServiceExplanation
    private let silent: [String: String]
    private let style: TableStyle
    private let now: Timestamp

    /// Takes an explanation and, by node, why the speakers that did not answer did not.
    package init(
        _ explanation: ServiceExplanation,
        silent: [String: String] = [:],
        style: TableStyle = TableStyle(),
        now: Timestamp
    ) {
        self.explanation = explanation
        self.silent = silent
        self.style = style
        self.now = now
    }

    /// The whole text.
    package var text: String {
        var parts: [String] = []
        if style.headings { parts.append(header) }
        if !explanation.addresses.isEmpty { parts.append(table.text(style)) }
        if !reasons.isEmpty { parts.append(reasons) }
        return parts.joined(separator: "\n")
    }

    private var header: String {
        let service = explanation.service
        var type = service.type
        if let loadBalancerClass = service.loadBalancerClass { type += " of class \(loadBalancerClass)" }
        var lines = [
            style.palette.paint("Service \(service.namespace)/\(service.name)".onOneLine, .strong),
            "  Type:       \(type.onOneLine)",
            "  Policies:   externalTrafficPolicy \(service.externalTrafficPolicy.rawValue), "
                + "internalTrafficPolicy \(service.internalTrafficPolicy.rawValue)",
        ]
        if let policy = explanation.asPolicy {
            lines.append("  Judged as:  \(policy) (column AS-\(policy.uppercased()) and the reasons below)".onOneLine)
        }
        var title = "Addresses:"
        for address in explanation.addresses {
            lines.append(
                "  \(title)  \(address.address) (\(address.kind.rawValue), from \(address.origin), "
                    + "policy \(address.policy.rawValue))"
            )
            title = "          "
        }
        if explanation.addresses.isEmpty { lines.append("  Addresses:  none") }
        lines += explanation.findings.flatMap { ReasonLines($0, about: []).lines(style.palette) }.map { "  " + $0 }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A row for each node, address and peer; selected, eligible and announced each in a column of their own.
    private var table: Table {
        // A policy that is asked about takes the place of the two that are shown unasked; NOW stays what is.
        let policies = explanation.asPolicy.map { ["AS-\($0.uppercased())"] } ?? ["IF-CLUSTER", "IF-LOCAL"]
        var table = Table(
            columns: [.init("NODE"), .init("ADDRESS"), .init("NOW")] + policies.map { .init($0) } + [
                .init("READY"), .init("PEER"), .init("SELECTED"), .init("ELIGIBLE"), .init("ANNOUNCED"),
                .init("KIND", wide: true), .init("INSTANCE", wide: true), .init("SESSION", wide: true),
                .init("PREFIX", wide: true), .init("SINCE", wide: true),
            ]
        )
        for node in explanation.nodes {
            for verdict in node.addresses {
                let hypothetical = verdict.asked.map { [$0] } ?? [verdict.underCluster, verdict.underLocal]
                let cells =
                    [Cell(node.name), Cell(verdict.address.description), Cell(verdict.now)]
                    + hypothetical.map { Cell($0) } + [Cell(node.readyText(verdict.address.family))]
                guard !verdict.peers.isEmpty else {
                    table.rows.append(
                        cells + [.absent, Cell(yes: false), .absent, .absent, Cell(verdict.kind.rawValue)]
                    )
                    continue
                }
                table.rows += verdict.peers.map { cells + $0.cells(kind: verdict.kind, now: now) }
            }
        }
        return table
    }

    /// The reasons node by node; nodes of which the same is to be said are named together.
    private var reasons: String {
        var groups: [(key: [[Substring]], names: [String], lines: [String])] = []
        for node in explanation.nodes {
            let lines = lines(of: node)
            guard !lines.isEmpty else { continue }
            let key = lines.map { $0.words.map { $0 == node.name ? "NODE" : $0 } }
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].names.append(node.name)
            } else {
                groups.append((key, [node.name], lines))
            }
        }
        return groups.map { group in
            let others = group.names.dropFirst().joined(separator: ", ")
            let title = (group.names[0] + (others.isEmpty ? "" : " (likewise \(others))")).onOneLine
            return ([style.palette.paint(title, .strong)] + group.lines.map { "  " + $0 }).map { $0 + "\n" }.joined()
        }
        .joined()
    }

    /// What is to be said of a node: each reason once, with what it is about unless that is everything.
    private func lines(of node: ExplainedNode) -> [String] {
        var found: [(reason: ExplainedReason, about: [String])] = node.reasons.map { ($0, []) }
        func add(_ reason: ExplainedReason, about subject: String) {
            if let index = found.firstIndex(where: { $0.reason == reason }) {
                if !found[index].about.contains(subject) { found[index].about.append(subject) }
            } else {
                found.append((reason, [subject]))
            }
        }
        for verdict in node.addresses {
            for reason in verdict.reasons { add(reason, about: verdict.address.description) }
        }
        let all = Set(node.addresses.map(\.address.description))
        var lines = found.flatMap { reason, about in
            ReasonLines(reason, about: Set(about) == all ? [] : about).lines(style.palette)
        }
        lines += wireLines(of: node)
        return lines
    }

    /// What the sessions and the speakers add: where the wire is not as decided, or cannot be seen.
    private func wireLines(of node: ExplainedNode) -> [String] {
        var found: [(reason: ExplainedReason, about: [String])] = []
        var isUnknown = false
        for verdict in node.addresses {
            for peer in verdict.peers {
                isUnknown = isUnknown || peer.wire?.announced == nil
                guard let reason = peer.wire?.difference else { continue }
                let subject = "\(verdict.address) to \(peer.peer)"
                if let index = found.firstIndex(where: { $0.reason == reason }) {
                    found[index].about.append(subject)
                } else {
                    found.append((reason, [subject]))
                }
            }
        }
        var lines = found.flatMap { ReasonLines($0.reason, about: $0.about).lines(style.palette) }
        if isUnknown {
            let reason = silent[node.name] ?? "its speaker does not answer"
            lines.append(style.palette.paint("? Unknown", .warning) + ": what is on the wire (\(reason))".onOneLine)
        }
        return lines
    }
}

extension String {
    /// The text cut where the name of an object may begin or end.
    fileprivate var words: [Substring] {
        split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    }
}

extension ExplainedNode {
    /// Ready endpoints on the node and in the cluster.
    fileprivate func readyText(_ family: IPFamily) -> String {
        guard let counts = endpoints.first(where: { $0.family == family.word }) else { return "" }
        return "\(counts.onNode.ready)/\(counts.inCluster.ready)"
    }
}

extension ExplainedPeer {
    fileprivate func cells(kind: AddressKind, now: Timestamp) -> [Cell] {
        let announced: Cell =
            switch wire?.announced {
            case true?: Cell("yes", verdict == .announce ? .good : .bad)
            case false?: Cell("no", verdict == .announce ? .bad : .plain)
            case nil: Cell("unknown", .warning)
            }
        return [
            Cell(peer), Cell(yes: selected), Cell(yes: eligible), announced, Cell(kind.rawValue), Cell(instance),
            Cell(wire?.sessionState.rawValue ?? ""), Cell(prefixes.map(\.description).joined(separator: ",")),
            Cell(wire?.since.map { Age(from: $0, to: now).description } ?? ""),
        ]
    }
}

extension Cell {
    fileprivate init(_ verdict: Verdict) {
        self.init(verdict.rawValue, verdict == .announce ? .good : .plain)
    }

    fileprivate init(yes: Bool) {
        self.init(yes ? "yes" : "no", yes ? .good : .plain)
    }
}
