import BGPTypes
import Inspection
import KubeJSON
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// A plan for reading: sessions, routes, Services, then diagnostics; of a comparison only what changes.
struct PlanText {
    private let plan: Plan
    private let isComparison: Bool
    private let style: TableStyle

    init(_ plan: Plan, isComparison: Bool, style: TableStyle) {
        self.plan = plan
        self.isComparison = isComparison
        self.style = style
    }

    /// The parts that have something to say, with an empty line between them.
    var text: String {
        var parts = [sessions, routes, services].filter { !$0.rows.isEmpty }.map { $0.text(style) }
        if !plan.diagnostics.isEmpty {
            parts.append(plan.diagnostics.map { $0.line(style.palette) + "\n" }.joined())
        }
        return parts.joined(separator: "\n")
    }

    private var peers: [(node: PlannedNode, instance: PlannedInstance, peer: PlannedPeer)] {
        plan.nodes.flatMap { node in
            node.instances.flatMap { instance in instance.peers.map { (node, instance, $0) } }
        }
    }

    private var sessions: Table {
        var table = Table(columns: [
            .init("NODE"), .init("INSTANCE"), .init("AS"), .init("ROUTER-ID"), .init("PEER"), .init("ADDRESS"),
            .init("PEER-AS"), .init("ROUTES"), .init("EFFECT", wide: !isComparison), .init("WHY"),
        ])
        for (node, instance, peer) in peers {
            if isComparison, peer.sessionEffect == SessionEffect.none { continue }
            let asn = peer.peerASN.rawValue == 0 ? "any" : peer.peerASN.description
            table.rows.append([
                Cell(node.name), Cell(instance.name), Cell(instance.localASN?.description ?? ""),
                Cell(instance.routerID?.description ?? ""), Cell(peer.name),
                Cell(peer.peerAddress?.description ?? ""), Cell(asn), Cell(routeCount(peer)),
                peer.sessionEffect.map { Cell($0.rawValue, $0.isDisruptive ? .bad : .good) } ?? .absent,
                peer.down.map { Cell($0.message, .bad) } ?? .absent,
            ])
        }
        return table
    }

    /// `12` routes, and in comparisons how many come, go and change: `12(+2,-1,~1)`.
    private func routeCount(_ peer: PlannedPeer) -> String {
        let added = peer.routes.filter { $0.change == .added }.count
        let changed = peer.routes.filter { $0.change == .changed }.count
        let removed = peer.withdrawnRoutes?.count ?? 0
        let marks = [(added, "+"), (removed, "-"), (changed, "~")].filter { $0.0 > 0 }.map { "\($0.1)\($0.0)" }
        return "\(peer.routes.count)" + (marks.isEmpty ? "" : "(\(marks.joined(separator: ",")))")
    }

    private var routes: Table {
        let columns: [Table.Column] = [
            .init("NODE"), .init("INSTANCE"), .init("PEER"), .init("PREFIX"), .init("ATTRIBUTES"), .init("SOURCE"),
            .init("ADVERTISEMENT", wide: true),
        ]
        var table = Table(columns: (isComparison ? [.init("CHANGE")] : []) + columns)
        for (node, instance, peer) in peers {
            for route in peer.routes + (peer.withdrawnRoutes ?? []) {
                if isComparison, route.change == nil { continue }
                let cells = [
                    Cell(node.name), Cell(instance.name), Cell(peer.name), Cell(route.prefix.description),
                    Cell(route.attributesText), Cell(route.sources.map(\.text).eachOnce.joined(separator: ",")),
                    Cell(route.sources.map(\.advertisement).eachOnce.joined(separator: ",")),
                ]
                table.rows.append((route.change.map { [Cell($0.rawValue, $0.tone)] } ?? []) + cells)
            }
        }
        return table
    }

    private var services: Table {
        var table = Table(columns: [
            .init("SERVICE"), .init("ADDRESSES"), .init("BEFORE", wide: !isComparison), .init("WHY"),
        ])
        for service in plan.services {
            if isComparison, service.previousAddresses == nil { continue }
            let failed = service.conditions.first { $0.status == .false }
            table.rows.append([
                Cell("\(service.namespace)/\(service.name)"), Cell(service.addresses.joined(separator: ",")),
                Cell((service.previousAddresses ?? []).joined(separator: ",")),
                failed.map { Cell($0.message ?? "", .bad) } ?? .absent,
            ])
        }
        return table
    }
}

extension PlanChange {
    fileprivate var tone: Tone {
        switch self {
        case .added: .good
        case .changed: .warning
        case .removed: .bad
        }
    }
}

extension PlannedRoute {
    fileprivate var attributesText: String {
        var document = RouteDocument(instance: "", prefix: prefix, origin: origin)
        document.localPreference = localPreference
        document.med = med
        document.asPathPrepend = asPathPrepend
        document.communities = communities
        document.largeCommunities = largeCommunities
        return document.attributesText
    }
}

extension Diagnostic {
    /// `file:line:column: warning: Kind/name: field: message (Reason)`, as compilers print what they find.
    func line(_ palette: Palette) -> String {
        var place = file ?? ""
        if let line { place += ":\(line)" }
        if line != nil, let column { place += ":\(column)" }
        let tone: Tone =
            switch severity {
            case .error: .bad
            case .warning: .warning
            case .info: .quiet
            }
        let parts = [
            place.onOneLine, palette.paint(severity.rawValue.lowercased(), tone), (object?.description ?? "").onOneLine,
            (field?.description ?? "").onOneLine, "\(message) (\(reason))".onOneLine,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
