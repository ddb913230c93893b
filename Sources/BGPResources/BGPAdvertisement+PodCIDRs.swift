import PlainText

extension BGPAdvertisement {
    /// Which networks of the node's pods are announced.
    package struct PodCIDROptions: Codable, Hashable, Sendable {
        /// Where they are read; absent is `Auto`.
        package var source: PodCIDRSource?

        /// Announces what this source has.
        package init(source: PodCIDRSource? = nil) {
            self.source = source
        }

        /// `source` with its default.
        package var effectiveSource: PodCIDRSource { source ?? .auto }
    }

    /// Where the networks of a node's pods are read.
    package enum PodCIDRSource: String, ListedValue {
        /// The network plugin's own objects where the cluster has them, else the Node.
        case auto = "Auto"
        /// `spec.podCIDRs` of the Node.
        case node = "Node"
        /// `spec.ipam` of Cilium's CiliumNode, in its modes `cluster-pool`, `multi-pool` and `kubernetes`.
        case ciliumNode = "CiliumNode"
        /// The BlockAffinities of Calico's own address management.
        case calico = "Calico"
    }
}
