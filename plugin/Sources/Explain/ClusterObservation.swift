import BGPResources
import BGPTypes
import Inspection
import KubeClient
import KubeModel
import Planning
import SpeakerAPI

/// A cluster's objects and what the speakers say of the wire, which is all that explanations follow from.
struct ClusterObservation: Sendable {
    let objects: ExplainedObjects
    let configurations: [NodeConfiguration]
    let wires: [NodeWire]

    /// The nodes whose speaker does not answer, and why.
    let silent: [String: String]

    /// The nodes that `--node` names and that do not exist.
    let absentNodes: MissingNames

    /// What is in doubt about the speakers.
    private let doubts: [String]

    /// Asks the speakers of the nodes in the scope; with `prefixes` only about routes that have to do with those.
    init(
        _ objects: ExplainedObjects,
        of cluster: Cluster,
        in scope: ScopeOptions,
        about prefixes: [IPPrefix]? = nil
    ) async throws {
        let filter = NodeFilter(names: scope.nodes)
        var objects = objects
        objects.add(await Deletions(of: cluster, namespace: scope.speakerNamespace))
        self.objects = objects
        configurations = objects.configurations(filter)
        let known = Set(objects.nodes.map(\.metadata.name) + objects.nodeConfigs.map(\.metadata.name))
        absentNodes = MissingNames(
            (scope.nodes ?? []).subtracting(known).sorted().map { CommandFailure(absentNode: $0) }
        )
        let configs = objects.nodeConfigs.filter { filter.includes($0.metadata.name) }
            .sorted { $0.metadata.name < $1.metadata.name }
        let speakers = try await Speakers(
            on: cluster,
            namespace: scope.speakerNamespace,
            nodes: NodeFilter(names: Set(configs.map(\.metadata.name)))
        )
        let query = prefixes.map { [KubeRequest.Field("prefix", $0.map(\.description).joined(separator: ","))] }
        let routes = await speakers.ask(
            "/v1/routes/advertised",
            query: query ?? [],
            for: NodeRoutes.self,
            expecting: configs.map(\.metadata.name)
        )
        let peers = await speakers.ask("/v1/peers", for: NodePeers.self)
        wires = configs.map { config in
            let name = config.metadata.name
            return NodeWire(
                peers: peers.documents[name] ?? NodePeers(config),
                advertised: routes.documents[name]
            )
        }
        silent = routes.silent.merging(peers.silent) { first, _ in first }
        doubts = routes.warnings
    }

    /// Everything at once, for explanations of routes and peers.
    var cluster: ObservedCluster {
        ObservedCluster(
            services: objects.services,
            endpointSlices: objects.endpointSlices,
            pools: objects.pools,
            nodes: configurations,
            wires: wires,
            lacksClusterConfigs: objects.lacksClusterConfigs
        )
    }

    /// Says on standard error what is missing.
    func report(on console: Console) {
        for warning in objects.warnings { console.warn(warning) }
        objects.deletions.report(on: console)
        SpeakerAnswers<NodeRoutes>(silent: silent, warnings: doubts).report(on: console)
    }
}
