import BGPTypes
package import KubeJSON
import KubeModel
package import PlainText
import Planning
package import SpeakerAPI

/// A route and the node whose speaker told of it.
package struct NodeRoute: Hashable, Sendable {
    package let node: String

    package let route: RouteDocument

    /// Names the node of a route.
    package init(node: String, route: RouteDocument) {
        self.node = node
        self.route = route
    }

    /// The route as an item of a document, the node beside its other fields.
    package func document() throws -> JSONValue {
        var members = try JSON.tree(route).object ?? [:]
        members["node"] = .string(node)
        return .object(members)
    }
}

/// The table of `routes`; no cell has a space in it, so that `awk` counts the columns right.
package enum RouteListing {
    package static let columns: [Table.Column] = [
        .init("NODE"), .init("INSTANCE"), .init("PEER"), .init("PREFIX"), .init("NEXT-HOP"), .init("ATTRIBUTES"),
        .init("SOURCE"), .init("AGE"), .init("FAMILY", wide: true), .init("PEER-ADDRESS", wide: true),
        .init("ADVERTISEMENT", wide: true), .init("KIND", wide: true),
    ]

    package static func row(of item: NodeRoute, now: Timestamp) -> [Cell] {
        let route = item.route
        let sources = route.sources ?? []
        return [
            Cell(item.node),
            Cell(route.instance),
            Cell(route.peer ?? ""),
            Cell(route.prefix.description),
            Cell(route.nextHop?.description ?? ""),
            Cell(route.attributesText),
            Cell(sources.map(\.text).eachOnce.joined(separator: ",")),
            Cell(route.since.map { Age(from: $0, to: now).description } ?? ""),
            Cell(route.family),
            Cell(route.peerAddress?.description ?? ""),
            Cell(sources.map(\.advertisement).eachOnce.joined(separator: ",")),
            Cell(sources.map { $0.address ?? $0.type }.eachOnce.joined(separator: ",")),
        ]
    }
}

extension RouteDocument {
    /// The attributes that are there, by the names that routers' people use: `origin=igp,as-path=65001_65000,med=10`.
    var attributesText: String {
        var parts = ["origin=\(origin)"]
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { parts.append("\(name)=\(values.joined(separator: "_"))") }
        }
        add("as-path", (asPath ?? []).map(\.description))
        add("prepend", asPathPrepend.map { [String($0)] } ?? [])
        add("local-pref", localPreference.map { [String($0)] } ?? [])
        add("med", med.map { [String($0)] } ?? [])
        add("communities", communities ?? [])
        add("large-communities", largeCommunities ?? [])
        return parts.joined(separator: ",")
    }
}

extension RouteSourceDocument {
    /// The object that brought the route: a Service by namespace and name, anything else with its kind before it.
    var text: String {
        guard let object else { return "advertisement/\(advertisement)" }
        return switch type {
        case "Service": object
        case "LoadBalancerIPPool": "pool/\(object)"
        default: "\(kind?.lowercased() ?? "node")/\(object)"
        }
    }
}

extension [String] {
    /// The strings in their order, none twice.
    var eachOnce: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
