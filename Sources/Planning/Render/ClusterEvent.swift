package import BGPResources
package import KubeModel

/// What the cluster's configuration follows from, at one moment.
package struct ClusterInputs: Sendable {
    package var snapshot: ClusterSnapshot
    package var invalid: InvalidObjects
    /// How often the server's data may have been replaced by older ones (`PendingWrites.enter`).
    package var epoch: Int
    /// How long what was deleted right before this process came may still come back; nil when that time is over.
    package var settlingTime: Duration?

    package init(
        _ snapshot: ClusterSnapshot,
        invalid: InvalidObjects = InvalidObjects(),
        epoch: Int = 0,
        settlingTime: Duration? = nil
    ) {
        self.snapshot = snapshot
        self.invalid = invalid
        self.epoch = epoch
        self.settlingTime = settlingTime
    }
}

/// What happens to the cluster's configuration.
package enum ClusterEvent: Sendable {
    case changed(ClusterInputs)
    /// The status of an object was taken; the metadata that it has then.
    case answered(ResourceType, ObjectKey, ObjectMeta)
}

/// What the operator does about the cluster's configuration.
package enum ClusterEffect: Hashable, Sendable {
    /// What admin page and metrics say.
    case show(RenderedCluster)
    /// These nodes are left as they are for now, since what makes the difference may have been deleted to come back.
    case hold([String])
    /// Apply these, none of which depends on another.
    case apply([NodeConfigWrite])
    /// Say on each that nothing comes in its place, and delete it.
    case remove([BGPNodeConfig])
    /// Write these statuses, and answer each that was taken.
    case write([StatusWrite])
    case record(EventDraft)
    /// Hand in the inputs again after this time at the latest.
    case wake(after: Duration)
}

/// A BGPNodeConfig to be applied.
package struct NodeConfigWrite: Hashable, Sendable {
    package let nodeConfig: BGPNodeConfig
    /// What is there and says that nothing comes in its place, which is to be taken back first; mostly nil.
    package let letGo: BGPNodeConfig?

    package init(_ nodeConfig: BGPNodeConfig, letGo: BGPNodeConfig? = nil) {
        self.nodeConfig = nodeConfig
        self.letGo = letGo
    }
}
