package import ArgumentParser
import BGPResources
import KubeClient
import KubeModel
import Planning
import SpeakerAPI

/// Which services' routes an answer is about.
package struct ServiceFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only routes of these services, as NAME or NAMESPACE/NAME; several with commas or by repeating.",
            valueName: "service"
        )
    )
    package var service: [String] = []

    package init() {}

    /// What the flags name; `default` is the namespace of the context, where services that are named without one are.
    func sources(_ scope: ScopeOptions, view: NodeRoutes.View, default namespace: String) throws -> RouteSources {
        let words = service.flatMap { $0.split(separator: ",") }.map { String($0.filter { !$0.isWhitespace }) }
        guard scope.namespace != nil || !words.isEmpty else { return .all }
        if view == .received {
            throw CommandFailure.usage(
                "received routes come from routers, not from services: leave -n and --service away"
            )
        }
        guard !words.isEmpty else { return scope.allNamespaces ? .all : .namespace(scope.namespace ?? namespace) }
        return .services(try words.map { try ObjectKey(service: $0, default: scope.namespace ?? namespace) })
    }
}

/// The services that routes are to come from.
enum RouteSources: Hashable, Sendable {
    /// Whatever a route comes from.
    case all
    /// The services of a namespace.
    case namespace(String)
    case services([ObjectKey])

    /// Whether a route comes from one of them.
    func include(_ route: RouteDocument) -> Bool {
        let type = BGPAdvertisement.EntryType.service.rawValue
        let objects = (route.sources ?? []).filter { $0.type == type }.compactMap(\.object)
        switch self {
        case .all: return true
        case .namespace(let namespace): return objects.contains { $0.hasPrefix(namespace + "/") }
        case .services(let keys): return keys.contains { objects.contains($0.description) }
        }
    }

    /// What to say of those that are named and not there; who may not read Services is told nothing.
    func absentees(on cluster: Cluster) async throws -> [CommandFailure] {
        guard case .services(let keys) = self else { return [] }
        var failures: [CommandFailure] = []
        for key in keys {
            do {
                guard try await cluster.client.find(Service.self, key) == nil else { continue }
                failures.append(CommandFailure(MissingService(key: key)))
            } catch let error as KubeError where error.code == .forbidden {
                continue
            }
        }
        return failures
    }
}

extension ObjectKey {
    /// Reads `name`, `namespace/name`, and before either `service/` as kubectl's users write it.
    init(service word: String, default namespace: String) throws {
        var parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, ["service", "services", "svc"].contains(parts[0]) { parts.removeFirst() }
        guard (1...2).contains(parts.count), !parts.contains("") else {
            throw CommandFailure.usage("'\(word)' is no service; write NAME or NAMESPACE/NAME")
        }
        self.init(namespace: parts.count == 2 ? parts[0] : namespace, name: parts[parts.count - 1])
    }
}
