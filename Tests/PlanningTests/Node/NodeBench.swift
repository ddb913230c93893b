import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning

/// A controller for `n1` in a world of objects, with a clock that stands still until a test moves it.
struct NodeBench {
    var cluster = ClusterFixture()
    /// The Node's annotations.
    var annotations: [String: String] = [:]
    /// What the BGPNodeConfig's status says.
    var conditions: [Condition] = []
    var passwords: [String: Password] = [:]
    /// Nil where all Secrets can be seen.
    var askedSecrets: Set<String>?
    var unseen = UnseenObjects()
    /// Objects that are refused, so that the stores have no good version.
    var refusesNodeConfig = false
    private(set) var node: NodeController
    private(set) var now: Duration = .zero

    init(_ change: (inout NodeOptions) -> Void = { _ in }, network: HostNetwork = HostNetwork()) {
        var options = NodeOptions(node: "n1")
        options.bounds = .none
        change(&options)
        node = NodeController(options, network: network)
    }

    mutating func handle(_ event: NodeEvent) -> [NodeEffect] {
        let time = Timestamp(secondsSinceEpoch: noon.secondsSinceEpoch + now / .seconds(1))
        return node.handle(event, at: NodeMoment(elapsed: now, time: time))
    }

    mutating func advance(by duration: Duration) { now += duration }

    /// What the stores say of settings.
    var inputs: NodeInputs {
        var inputs = NodeInputs()
        inputs.node = cluster.nodes.first { $0.metadata.name == "n1" }
        inputs.node?.metadata.annotations = annotations
        if inputs.node == nil { inputs.otherNodes = cluster.nodes.map(\.metadata.name) }
        if !refusesNodeConfig { inputs.nodeConfig = cluster.rendered.nodeConfig("n1") }
        inputs.nodeConfig?.status = BGPNodeConfig.Status(conditions: conditions)
        inputs.peerConfigs = cluster.peerConfigs
        inputs.pools = cluster.pools
        inputs.secrets = KnownSecrets(usable: Set(passwords.keys))
        inputs.passwords = passwords
        inputs.askedSecrets = askedSecrets
        return inputs
    }

    private var owners: OwnerChanges {
        var owners = OwnerChanges()
        owners.nodes = ChangedObjects(first: cluster.nodes)
        owners.clusterConfigs = ChangedObjects(first: cluster.clusterConfigs)
        owners.serviceCIDRs = ChangedObjects(first: cluster.serviceCIDRs)
        return owners
    }

    /// The first lists of all stores.
    var everything: ObjectChanges {
        var changes = settings
        changes.unseen = unseen
        changes.owners = owners
        changes.advertisements = ChangedObjects(first: cluster.advertisements)
        changes.services = ChangedObjects(first: cluster.services.map(AnnouncedService.init))
        changes.endpointSlices = ChangedObjects(first: cluster.slices.map(ServiceEndpoints.init))
        return changes
    }

    var settings: ObjectChanges {
        var changes = ObjectChanges()
        changes.settings = inputs
        return changes
    }

    /// What is told of some Services and of all their endpoints.
    func services(_ names: String...) -> ObjectChanges {
        var changes = ObjectChanges()
        let keys = Set(names.map { ObjectKey(namespace: "default", name: $0) })
        changes.services = ChangedObjects(all: cluster.services.map(AnnouncedService.init), changed: keys)
        let slices = cluster.slices.map(ServiceEndpoints.init)
        let changed = cluster.slices.filter { slice in
            names.contains(slice.metadata.labels?[EndpointSlice.serviceNameLabel] ?? "")
        }
        changes.endpointSlices = ChangedObjects(all: slices, changed: Set(changed.map(\.key)))
        return changes
    }

    /// Loads everything and returns what follows.
    mutating func load() -> [NodeEffect] { handle(.objectsChanged(everything)) }

    /// What the sessions are to run with in the world as it is.
    var instances: [InstanceConfiguration] {
        var configuration = cluster.configuration("n1")
        configuration.secrets = KnownSecrets(usable: Set(passwords.keys))
        return planSessions(configuration, passwords: passwords).compactMap(\.configuration)
    }
}

/// Routes without attributes of their own.
func table(_ prefixes: String..., leaving: Bool = false) throws -> RouteTable {
    RouteTable(
        try prefixes.map { text in
            leaving
                ? Route(
                    prefix: try prefix(text),
                    attributes: RouteAttributes(localPreference: 0, communities: [.gracefulShutdown])
                ) : Route(prefix: try prefix(text))
        }
    )
}

extension [NodeEffect] {
    var announcements: [Announcement] {
        compactMap { effect in
            if case .announce(let announcement) = effect { announcement } else { nil }
        }
    }

    /// All but what came to be selected and not announced.
    var withoutUnannounced: [NodeEffect] {
        filter { effect in
            if case .report(.unannounced) = effect { false } else { true }
        }
    }

    var persisted: [SavedState] {
        compactMap { effect in
            if case .persist(let state) = effect { state } else { nil }
        }
    }
}
