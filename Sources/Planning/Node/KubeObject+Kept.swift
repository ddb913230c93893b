package import BGPResources
package import KubeModel

// What the speaker's stores keep of these kinds. Statuses and versions change with every report of speakers and operator; what is
// not kept of an object is no change of it.

extension Node {
    /// Leaves out of the node's own Node what no decision follows from: kubelet reports every few minutes.
    package mutating func keepSettings() {
        metadata.resourceVersion = nil
        status = Status(
            addresses: status?.addresses,
            conditions: status?.conditions?.filter { $0.type == "NetworkUnavailable" }
        )
    }
}

extension BGPPeerConfig {
    /// Leaves out the status and what changes with it.
    package mutating func keepSettings() {
        metadata.resourceVersion = nil
        status = nil
    }
}

extension BGPAdvertisement {
    /// Leaves out the status and what changes with it.
    package mutating func keepSettings() {
        metadata.resourceVersion = nil
        status = nil
    }
}

extension LoadBalancerIPPool {
    /// Leaves out the status, which changes with every address that is given, and what changes with it.
    package mutating func keepSettings() {
        metadata.resourceVersion = nil
        status = nil
    }
}
