package import ArgumentParser
import BGPResources
import BGPTypes
import Inspection
import KubeClient
package import KubeModel
import Planning

/// `explain service`: every node and address of a service, its verdict and all reasons.
package struct ExplainServiceCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Explain which nodes announce a service's addresses, which do not, and why.",
        discussion: """
            For every node and address: the verdict now and what it would be under the traffic policies Cluster and \
            Local, every reason with the object and field it comes from and what would change it, and for every peer \
            whether the address is selected, eligible and announced.

            Exit status 3 says that something is not announced that should be: a load balancer address that no node \
            announces, a family without an address, a route that is wanted but not on the wire, an address that is \
            selected and that no node may announce, or a service without an address. A node that keeps back what other \
            nodes announce is no finding, and neither is a service that opts out: by the loadBalancerClass of another \
            implementation, or by a label that a selector leaves out by name.

              kubectl bgp explain service web -n shop
              kubectl bgp explain service shop/web --as-policy Local
              kubectl bgp explain svc/web -A
            """,
        aliases: ["svc", "services"]
    )

    @Argument(help: ArgumentHelp("The services, as NAME or NAMESPACE/NAME.", valueName: "service"))
    package var names: [String]

    @Option(help: ArgumentHelp("Judge as if the traffic policies were Cluster or Local.", valueName: "policy"))
    package var asPolicy: PolicyName?

    @OptionGroup package var follow: FollowOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        try await clusters.withCluster(connection) { cluster in
            let keys = try await self.keys(in: cluster)
            let objects = try await ExplainedObjects.explaining(services: keys, of: cluster)
            let absent = MissingNames(objects.missing.map { CommandFailure($0) })
            try absent.throwIfAllMissing(of: keys.count)
            let world = try await observe(objects, cluster)
            try world.absentNodes.throwIfAllMissing(of: scope.nodes?.count ?? 0)
            world.report(on: console)
            let explanations = keys.compactMap { explain($0, in: world) }
            let printer = ExplanationPrinter<ServiceExplanation>(
                console: console,
                output: output,
                name: { "service/\($0.service.name)" },
                text: { ExplanationText($0, silent: world.silent, style: $1, now: console.now()).text }
            )
            let stores = follow.watch ? ExplainedStores(services: true, namespace: objects.onlyNamespace) : nil
            try await printer.show(explanations, following: stores, on: cluster) { objects in
                let world = try await observe(objects, cluster)
                return keys.compactMap { explain($0, in: world) }
            }
            absent.report(on: console)
            world.absentNodes.report(on: console)
            if !absent.isEmpty || !world.absentNodes.isEmpty || explanations.contains(where: \.isIncomplete) {
                return .failure
            }
            return explanations.contains(where: \.hasFindings) ? .findings : .success
        }
    }

    /// The services that are asked for; with `--all-namespaces` all of a name.
    private func keys(in cluster: Cluster) async throws -> [ObjectKey] {
        let namespace = scope.namespace ?? cluster.defaultNamespace
        let keys = try names.map { try ObjectKey(service: $0, default: namespace) }
        guard scope.allNamespaces else { return keys }
        let all = try await cluster.list(Service.self).items.map(\.key).sorted()
        return zip(names, keys).flatMap { name, key in
            let isQualified = name.split(separator: "/").count > 1
            let found = isQualified ? [] : all.filter { $0.name == key.name }
            return found.isEmpty ? [key] : found
        }
    }

    private func observe(_ objects: ExplainedObjects, _ cluster: Cluster) async throws -> ClusterObservation {
        let keys = Set(names.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
        let addresses = objects.services.filter { keys.contains($0.metadata.name) }.flatMap(\.addressTexts)
        return try await ClusterObservation(
            objects,
            of: cluster,
            in: scope,
            // A question about thousands would be longer than a request may be.
            about: addresses.count > 256 ? nil : addresses.compactMap { IPAddress($0).map(IPPrefix.init(host:)) }
        )
    }

    private func explain(_ key: ObjectKey, in world: ClusterObservation) -> ServiceExplanation? {
        explainService(
            ServiceQuestion(
                service: key,
                asPolicy: asPolicy?.policy,
                services: world.objects.services,
                endpointSlices: world.objects.endpointSlices,
                nodes: world.configurations,
                wires: world.wires,
                pools: world.objects.pools,
                lacksClusterConfigs: world.objects.lacksClusterConfigs
            )
        )
    }
}

/// The policies that may be asked about.
package enum PolicyName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case cluster = "Cluster"
    case local = "Local"

    /// The policy of this name.
    package var policy: Service.TrafficPolicy { self == .cluster ? .cluster : .local }
}
