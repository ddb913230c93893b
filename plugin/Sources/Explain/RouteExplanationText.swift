import BGPResources
import BGPTypes
import Inspection
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// A route's explanation for reading: what has the prefix, a row for each node and peer, then reasons and attributes.
package struct RouteExplanationText {
    private let explanation: RouteExplanation
    private let style: TableStyle
    private let now: Timestamp

    init(_ explanation: RouteExplanation, style: TableStyle = TableStyle(), now: Timestamp) {
        self.explanation = explanation
        self.style = style
        self.now = now
    }

    /// The whole text.
    package var text: String {
        var parts: [String] = []
        if style.headings { parts.append(header) }
        if explanation.nodes.contains(where: { !$0.peers.isEmpty }) { parts.append(table.text(style)) }
        if !details.isEmpty { parts.append(details) }
        return parts.joined(separator: "\n")
    }

    private var header: String {
        var lines = [style.palette.paint("Route \(explanation.prefix)", .strong)]
        func add(_ title: String, _ values: [String]) {
            for (index, value) in values.enumerated() {
                let label = index == 0 ? title : String(repeating: " ", count: title.count)
                lines.append("  \(label)  \(value)".onOneLine)
            }
        }
        add(
            "Services:    ",
            explanation.addresses.prefix(10).map {
                "\($0.namespace)/\($0.name) \($0.address) (\($0.kind.rawValue), policy \($0.policy.rawValue))"
            }
                + (explanation.addresses.count > 10 ? ["and \(explanation.addresses.count - 10) more"] : [])
        )
        add("Covered by:  ", explanation.covering.map(\.words))
        add("More specific:", explanation.moreSpecific.prefix(10).map(\.words))
        lines += explanation.findings.flatMap { ReasonLines($0, about: []).lines(style.palette) }.map { "  " + $0 }
        return lines.map { $0 + "\n" }.joined()
    }

    private var table: Table {
        var table = Table(
            columns: [
                .init("NODE"), .init("PEER"), .init("VERDICT"), .init("ANNOUNCED"), .init("SINCE"), .init("NEXT-HOP"),
                .init("ATTRIBUTES"), .init("SOURCE"), .init("INSTANCE", wide: true), .init("SESSION", wide: true),
                .init("ADVERTISEMENT", wide: true),
            ]
        )
        for node in explanation.nodes {
            for peer in node.peers {
                table.rows.append([
                    Cell(node.name), Cell(peer.peer),
                    Cell(peer.verdict.rawValue, peer.verdict == .announce ? .good : .plain),
                    peer.announcedCell,
                    Cell(peer.wire?.since.map { Age(from: $0, to: now).description } ?? ""),
                    Cell(peer.sent?.nextHop?.description ?? ""),
                    Cell(peer.sent?.attributesText ?? ""),
                    Cell(peer.sources.map(\.text).eachOnce.prefix(3).joined(separator: ",")),
                    Cell(peer.instance),
                    Cell(peer.wire?.sessionState.rawValue ?? ""),
                    Cell(peer.sources.map(\.advertisement).eachOnce.joined(separator: ",")),
                ])
            }
        }
        return table
    }

    /// Node by node the reasons and where the attributes come from; what is the same for several is said once.
    private var details: String {
        var groups: [(key: [String], title: [String], lines: [String])] = []
        func add(_ title: String, node: String, _ lines: [String]) {
            guard !lines.isEmpty else { return }
            let key = lines.map { line in line.naming(node, as: "NODE") }
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].title.append(title)
            } else {
                groups.append((key, [title], lines))
            }
        }
        for node in explanation.nodes {
            add(node.name, node: node.name, node.reasons.flatMap { ReasonLines($0, about: []).lines(style.palette) })
            for peer in node.peers {
                var lines = peer.reasons.flatMap { ReasonLines($0, about: []).lines(style.palette) }
                lines += peer.attributes.filter { !$0.contributors.isEmpty }.map { "= \($0.words)".onOneLine }
                if let difference = peer.wire?.difference {
                    lines += ReasonLines(difference, about: []).lines(style.palette)
                }
                add("\(node.name) to \(peer.peer)", node: node.name, lines)
            }
        }
        return groups.map { group in
            let others = group.title.dropFirst().joined(separator: ", ")
            let title = (group.title[0] + (others.isEmpty ? "" : " (likewise \(others))")).onOneLine
            return ([style.palette.paint(title, .strong)] + group.lines.map { "  " + $0 }).map { $0 + "\n" }.joined()
        }
        .joined()
    }
}

extension ExplainedPrefix {
    fileprivate var words: String {
        let shown = nodes.prefix(5).joined(separator: ", ")
        return "\(prefix) from \(shown)\(nodes.count > 5 ? " and \(nodes.count - 5) more" : "")"
    }
}

extension ExplainedRoutePeer {
    fileprivate var announcedCell: Cell {
        switch wire?.announced {
        case true?: Cell("yes", verdict == .announce ? .good : .bad)
        case false?: Cell("no", verdict == .announce ? .bad : .plain)
        case nil: Cell("unknown", .warning)
        }
    }
}

extension ExplainedAttribute {
    /// The attribute and how it came about: `localPreference 150: the highest of 150 (…) and 100 (…)`.
    fileprivate var words: String {
        let parts = contributors.map { contributor in
            let entry = contributor.entry.map { " entry \($0)" } ?? ""
            let unused = contributor.used ? "" : ", not used"
            let value = contributors.count == 1 ? "set by " : "\(contributor.value) ("
            let end = contributors.count == 1 ? "" : "\(unused))"
            return value + contributor.object + entry + end
        }
        let all = parts.joined(separator: " and ")
        let how =
            switch rule {
            case .standard: "the default"
            case .drain: "set by a node that is being drained, \(all)"
            case _ where contributors.count == 1: all
            case .union: "all of \(all)"
            case .highest: "the highest of \(all)"
            case .lowest: "the lowest of \(all)"
            case .longest: "the longest of \(all)"
            case .best: "the best of \(all)"
            }
        return "\(name) \(value): \(how)" + (sent == false ? "; not sent, since the peer is external" : "")
    }
}

extension String {
    /// The text with a name, where it stands by itself, replaced.
    fileprivate func naming(_ name: String, as placeholder: String) -> String {
        split(omittingEmptySubsequences: false) { $0 == " " }.map { word in
            let bare = word.split { $0 == "," || $0 == ":" || $0 == "(" || $0 == ")" || $0 == "/" }
            return bare.contains { $0 == name } ? String(word).replacing(name, with: placeholder) : String(word)
        }
        .joined(separator: " ")
    }
}
