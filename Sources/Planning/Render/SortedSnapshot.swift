import BGPResources
import KubeJSON
import KubeModel

/// A snapshot with every list sorted and looked up by name, so that nothing depends on the order it came in.
struct SortedSnapshot {
    let nodes: [Node]
    let clusterConfigs: [BGPClusterConfig]
    let peerConfigs: [BGPPeerConfig]
    let advertisements: [BGPAdvertisement]
    let overrides: [BGPNodeConfigOverride]
    let nodeConfigs: [BGPNodeConfig]
    let secrets: KnownSecrets
    let podNetworks: ClusterPodNetworks
    let settings: ClusterSettings
    /// What is deleted and still counts.
    let deletions: [ObjectReference: PendingDeletion]
    private let byName: Names
    private let faults: [ObjectReference: [FieldError]]

    private struct Names {
        let nodeConfigs: [String: BGPNodeConfig]
        let overrides: [String: BGPNodeConfigOverride]
        let peerConfigs: [String: BGPPeerConfig]
    }

    init(_ snapshot: ClusterSnapshot) {
        nodes = unique(snapshot.nodes)
        // What is being deleted asks for nothing any more.
        clusterConfigs = unique(snapshot.clusterConfigs).filter { $0.metadata.deletionTimestamp == nil }
        peerConfigs = unique(snapshot.peerConfigs)
        advertisements = unique(snapshot.advertisements)
        overrides = unique(snapshot.overrides)
        nodeConfigs = unique(snapshot.nodeConfigs)
        secrets = snapshot.secrets
        podNetworks = snapshot.podNetworks
        settings = snapshot.settings
        deletions = Dictionary(snapshot.deletions.map { ($0.object, $0) }, uniquingKeysWith: { first, _ in first })
        byName = Names(
            nodeConfigs: Self.named(nodeConfigs),
            overrides: Self.named(overrides),
            peerConfigs: Self.named(peerConfigs)
        )
        var faults: [ObjectReference: [FieldError]] = [:]
        func check(_ object: some ValidatableResource) { faults[object.reference] = object.validate() }
        clusterConfigs.forEach(check)
        peerConfigs.forEach(check)
        advertisements.forEach(check)
        overrides.forEach(check)
        self.faults = faults
    }

    private static func named<Object: KubeObject>(_ objects: [Object]) -> [String: Object] {
        Dictionary(objects.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func nodeConfig(_ name: String) -> BGPNodeConfig? { byName.nodeConfigs[name] }

    func override(_ name: String) -> BGPNodeConfigOverride? { byName.overrides[name] }

    func peerConfig(_ name: String) -> BGPPeerConfig? { byName.peerConfigs[name] }

    /// Whether an object is deleted and still counts.
    func isDeleted(_ object: some KubeObject) -> Bool { deletions[object.reference] != nil }

    /// What an object's own rules say against it.
    func faults(_ object: some ValidatableResource) -> [FieldError] { faults[object.reference] ?? [] }
}
