import BGPResources
import KubeModel

// A decision follows from what is asked of the node alone. Statuses and versions change with every report of the speaker
// itself, and would make each of them a new decision over all services.

extension ObjectMeta {
    /// What decisions follow from.
    fileprivate var identity: ObjectMeta {
        ObjectMeta(
            name: name,
            namespace: namespace,
            uid: uid,
            generation: generation,
            labels: labels,
            annotations: drainAnnotations
        )
    }

    /// Only what says that a node is to be drained; everything else that writes annotations would make new decisions.
    private var drainAnnotations: [String: String]? {
        let ours = annotations?.filter {
            [DrainRequest.annotation, DrainRequest.gracePeriodAnnotation].contains($0.key)
        }
        return ours?.isEmpty ?? true ? nil : ours
    }
}

extension Node {
    /// The node with the facts that announcements depend on.
    var withoutStatus: Node {
        let network = status?.conditions?.filter { $0.type == "NetworkUnavailable" }
        return Node(
            metadata: metadata.identity,
            spec: spec,
            status: Status(addresses: status?.addresses, conditions: network)
        )
    }
}

extension BGPNodeConfig {
    /// The object without its status.
    var withoutStatus: BGPNodeConfig { BGPNodeConfig(metadata: metadata.identity, spec: spec) }
}

extension BGPPeerConfig {
    /// The object without its status.
    var withoutStatus: BGPPeerConfig { BGPPeerConfig(metadata: metadata.identity, spec: spec) }
}

extension BGPAdvertisement {
    /// The object without its status.
    var withoutStatus: BGPAdvertisement { BGPAdvertisement(metadata: metadata.identity, spec: spec) }
}
