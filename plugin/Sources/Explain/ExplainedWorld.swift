import BGPResources
import KubeClient
import KubeModel
import Planning

/// Everything in a cluster that an explanation follows from, read once.
struct ExplainedWorld: Sendable {
    /// The services in question and all that may share an address with them.
    private let services: [Service]
    private let endpointSlices: [EndpointSlice]
    private let nodes: [NodeConfiguration]
    private let wires: [NodeWire]

    /// The nodes whose speaker does not answer, and why.
    let silent: [String: String]

    /// Objects that could not be read, and lists that were refused.
    private let warnings: [String]

    /// Reads what the explanations of these services take; throws when one of them does not exist.
    init(
        of cluster: Cluster,
        services keys: [ObjectKey],
        nodes filter: NodeFilter,
        speakerNamespace: String?
    ) async throws {
        var warnings: [String] = []
        var services: [Service] = []
        var endpointSlices: [EndpointSlice] = []
        for key in keys {
            services.append(try await cluster.client.get(Service.self, key))
            let slices = try await cluster.list(
                EndpointSlice.self,
                namespace: key.namespace,
                selector: "\(EndpointSlice.serviceNameLabel)=\(key.name)"
            )
            endpointSlices += slices.items
            warnings += slices.diagnostics.map(\.description)
        }
        let sharing = try await Self.sharing(with: services, of: cluster, &warnings)
        services += sharing.services
        endpointSlices += sharing.endpointSlices

        let nodeList = try await cluster.list(Node.self)
        let nodeConfigs = try await cluster.list(BGPNodeConfig.self)
        let peerConfigs = try await cluster.list(BGPPeerConfig.self)
        let advertisements = try await cluster.list(BGPAdvertisement.self)
        warnings += nodeList.diagnostics.map(\.description) + nodeConfigs.diagnostics.map(\.description)
        warnings += peerConfigs.diagnostics.map(\.description) + advertisements.diagnostics.map(\.description)

        let nodesByName = Dictionary(nodeList.items.map { ($0.metadata.name, $0) }) { first, _ in first }
        let configsByName = Dictionary(nodeConfigs.items.map { ($0.metadata.name, $0) }) { first, _ in first }
        let names = Set(nodesByName.keys).union(configsByName.keys).filter(filter.includes).sorted()
        // Whether passwords exist is for the speaker to say, in its status; who explains need not see Secrets.
        let secrets = KnownSecrets(usable: Set(peerConfigs.items.compactMap { $0.spec.authSecretRef }))
        nodes = names.map { name in
            NodeConfiguration(
                nodeName: name,
                node: nodesByName[name],
                nodeConfig: configsByName[name],
                peerConfigs: peerConfigs.items,
                advertisements: advertisements.items,
                secrets: secrets
            )
        }
        let announcing = names.filter { configsByName[$0] != nil }
        let speakers = try await Speakers(
            on: cluster,
            namespace: speakerNamespace,
            nodes: NodeFilter(names: Set(names))
        )
        let routes = await speakers.ask("/v1/routes/advertised", for: NodeRoutes.self, expecting: announcing)
        let peers = await speakers.ask("/v1/peers", for: NodePeers.self)
        wires = announcing.compactMap { name in
            configsByName[name].map { config in
                var said = peers.documents[name] ?? NodePeers(config)
                said.node = name
                return NodeWire(peers: said, advertised: routes.documents[name])
            }
        }
        silent = routes.silent
        self.services = services
        self.endpointSlices = endpointSlices
        self.warnings = warnings
    }

    /// Explains one of the services that were asked about.
    func explain(_ key: ObjectKey, asPolicy: Service.TrafficPolicy?) throws -> ServiceExplanation {
        let question = ServiceQuestion(
            service: key,
            asPolicy: asPolicy,
            services: services,
            endpointSlices: endpointSlices,
            nodes: nodes,
            wires: wires
        )
        guard let explanation = explainService(question) else {
            throw CommandFailure(message: "Error from server (NotFound): services \"\(key.name)\" not found")
        }
        return explanation
    }

    /// Says on standard error what is missing.
    func report(on console: Console) {
        for warning in warnings { console.warn(warning) }
        SpeakerAnswers<NodeRoutes>(silent: silent).report(on: console)
    }

    /// The other services that have an address of these, and their endpoints.
    ///
    /// Who may not list all namespaces is told that this part is missing.
    private static func sharing(
        with services: [Service],
        of cluster: Cluster,
        _ warnings: inout [String]
    ) async throws -> (services: [Service], endpointSlices: [EndpointSlice]) {
        let all: ObjectList<Service>
        do {
            all = try await cluster.list(Service.self)
        } catch let error as KubeError where error.code == .forbidden {
            warnings.append("services that share an address are not considered: \(error.message)")
            return ([], [])
        }
        let keys = Set(services.map(\.key))
        let addresses = Set(services.flatMap(\.addressTexts))
        let others = all.items.filter { !keys.contains($0.key) && !addresses.isDisjoint(with: $0.addressTexts) }
        var endpointSlices: [EndpointSlice] = []
        for other in others {
            endpointSlices += try await cluster.list(
                EndpointSlice.self,
                namespace: other.metadata.namespace,
                selector: "\(EndpointSlice.serviceNameLabel)=\(other.metadata.name)"
            ).items
        }
        return (others, endpointSlices)
    }
}

extension Service {
    /// Every address that the service has, of whatever kind.
    fileprivate var addressTexts: [String] {
        let ingress = (status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
        return ingress + (spec.externalIPs ?? []) + (spec.clusterIPs ?? []).filter { $0 != "None" }
    }
}
