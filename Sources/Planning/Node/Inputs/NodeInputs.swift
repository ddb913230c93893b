package import BGPEngine
package import BGPResources
import BGPTypes
package import KubeModel
import PlainText

/// What the stores say about what the node is asked to do: everything but Advertisements, Services and their endpoints, which
/// come one by one.
package struct NodeInputs: Sendable {
    /// The Node; nil where none has the node's name.
    package var node: Node?
    /// The names of the Nodes that there are instead.
    package var otherNodes: [String] = []
    /// What the operator rendered, the last good version.
    package var nodeConfig: BGPNodeConfig?
    /// All PeerConfigs, the last good versions.
    package var peerConfigs: [BGPPeerConfig] = []
    package var pools: [PoolNetworks] = []
    package var secrets = KnownSecrets()
    /// By name of their Secret.
    package var passwords: [String: Password] = [:]
    /// The Secrets that were asked for; nil where all there are can be seen.
    package var askedSecrets: Set<String>?
    /// What the BGPNodeConfig is rendered from, where the speaker does that itself.
    package var sources: ClusterSources?
    /// The objects that are deleted and still count.
    package var deletions: [PendingDeletion] = []

    package init() {}
}

/// The resources from which a speaker renders its own node's configuration.
package struct ClusterSources: Hashable, Sendable {
    package var clusterConfigs: [BGPClusterConfig]
    package var overrides: [BGPNodeConfigOverride]

    /// Joins the two.
    package init(clusterConfigs: [BGPClusterConfig], overrides: [BGPNodeConfigOverride]) {
        self.clusterConfigs = clusterConfigs
        self.overrides = overrides
    }
}

extension NodeInputs {
    /// The Node as decisions see it: a router without Kubernetes has no Node object, and the label that kubelet would set is the
    /// one to select it by.
    func knownNode(_ name: String) -> Node? {
        guard node == nil, sources != nil, otherNodes.isEmpty else { return node }
        return Node(metadata: ObjectMeta(name: name, labels: ["kubernetes.io/hostname": name]))
    }

    /// What is wrong when no Node has the name that the speaker was started with, in words for a person.
    func missingNode(_ name: String) -> String? {
        guard knownNode(name) == nil else { return nil }
        let place = sources == nil ? "" : " among the manifests"
        let known =
            otherNodes.isEmpty
            ? "" : ", there \(otherNodes.count == 1 ? "is" : "are") \(otherNodes.sorted().asSentence())"
        return
            "there is no Node \(name.quoted)\(place)\(known): --node, or NODE_NAME, must be the name of the Node that the "
            + "speaker runs on"
    }

    /// Why manifests make no router of the node, in words for a person; nil with an API server, where the operator decides.
    func unselected(_ name: String) -> String? {
        guard sources != nil, let node = knownNode(name) else { return nil }
        let labels = (node.metadata.labels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        let known = labels.isEmpty ? "which has no labels" : "which has \(labels.asSentence(most: 8))"
        return "the nodeSelector of no BGPClusterConfig among the manifests selects \(name.quoted), \(known)"
    }

    /// How the operator differs from this speaker in what no object says: what both are given on their command lines.
    func operatorDifference(from classes: LoadBalancerClasses) -> String? {
        guard let theirs = nodeConfig?.operatorNote?.classes, theirs != classes else { return nil }
        return "the operator gives addresses to Services of \(theirs.words.asMessage), this speaker announces those of "
            + classes.words
    }

    /// Whether the operator's version works with this speaker's; nil where this speaker has none, and before there is a
    /// BGPNodeConfig.
    func versionSkew(of version: ProgramVersion?) -> Condition? {
        guard let version, let nodeConfig else { return nil }
        return VersionSkew.condition(speaker: version, operator: nodeConfig.operatorVersion)
    }

    /// The node's BGPNodeConfig as events name it.
    func subject(_ name: String) -> Event.Subject {
        BGPNodeConfig.eventSubject(name, uid: nodeConfig?.metadata.uid)
    }

    /// Whether an earlier run had withdrawn the node's routes already, as it reported.
    var wasWithdrawn: Bool { DrainCondition.isWithdrawn(nodeConfig?.status?.conditions ?? []) }

    /// The BGPNodeConfig that follows from the sources; `inUse` is the one until now, whose router ids stay.
    func rendered(_ name: String, inUse: BGPNodeConfig?, now: Timestamp) -> BGPNodeConfig? {
        guard let sources, let node = knownNode(name) else { return nil }
        let snapshot = ClusterSnapshot(
            nodes: [node],
            clusterConfigs: sources.clusterConfigs,
            peerConfigs: peerConfigs,
            overrides: sources.overrides,
            nodeConfigs: inUse.map { [$0] } ?? [],
            secrets: secrets,
            deletions: deletions
        )
        return render(snapshot, now: now).nodeConfig(name)
    }
}

extension BGPNodeConfig {
    /// A node's object as events name it.
    package static func eventSubject(_ name: String, uid: String?) -> Event.Subject {
        Event.Subject(apiVersion: type.apiVersion, kind: type.kind, namespace: nil, name: name, uid: uid)
    }
}
