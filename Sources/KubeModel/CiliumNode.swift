package import KubeJSON

/// What Cilium knows of a node, as far as its pod networks go (cilium.io/v2); named as the Node.
package struct CiliumNode: KubeObject {
    /// `ciliumnodes` of cilium.io.
    package static let type = ResourceType(
        group: "cilium.io",
        version: "v2",
        kind: "CiliumNode",
        plural: "ciliumnodes",
        isNamespaced: false
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: Spec?

    /// Makes a CiliumNode.
    package init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }

    /// The wish (cilium.io/v2 NodeSpec).
    package struct Spec: Hashable, Sendable, Codable {
        /// Where pods get their addresses from.
        package var ipam: IPAM?
        /// What the operator for AWS needs; empty elsewhere.
        package var eni: [String: JSONValue]?
        /// What the operator for Azure needs; empty elsewhere.
        package var azure: [String: JSONValue]?
        /// What the operator for Alibaba Cloud needs; empty elsewhere.
        package var alibabaCloud: [String: JSONValue]?

        private enum CodingKeys: String, CodingKey {
            case ipam, eni, azure
            case alibabaCloud = "alibaba-cloud"
        }

        /// Makes a wish.
        package init(ipam: IPAM? = nil, eni: [String: JSONValue]? = nil) {
            self.ipam = ipam
            self.eni = eni
        }
    }

    /// Address management (cilium.io/v2 IPAMSpec).
    package struct IPAM: Hashable, Sendable, Codable {
        /// The node's networks in the modes `cluster-pool` and `kubernetes`, as text.
        package var podCIDRs: [String]?
        /// The node's networks in the mode `multi-pool`.
        package var pools: Pools?
        /// The node's single addresses in the modes of clouds and in the mode `crd`.
        package var pool: [String: JSONValue]?

        /// Makes a specification.
        package init(podCIDRs: [String]? = nil, pools: Pools? = nil, pool: [String: JSONValue]? = nil) {
            self.podCIDRs = podCIDRs
            self.pools = pools
            self.pool = pool
        }
    }

    /// What the node has of several pools (cilium.io/v2 IPAMPoolSpec).
    package struct Pools: Hashable, Sendable, Codable {
        /// By pool.
        package var allocated: [Allocation]?

        /// Makes a list.
        package init(allocated: [Allocation]? = nil) {
            self.allocated = allocated
        }
    }

    /// What the node has of one pool (cilium.io/v2 IPAMPoolAllocation).
    package struct Allocation: Hashable, Sendable, Codable {
        /// The pool's name.
        package var pool: String?
        /// Networks, as text.
        package var cidrs: [String]?

        /// Makes an entry.
        package init(pool: String? = nil, cidrs: [String]? = nil) {
            self.pool = pool
            self.cidrs = cidrs
        }
    }

    /// Whether the pods' addresses are single ones of the network around, mostly a cloud's, which has routes to them itself.
    ///
    /// Older versions of Cilium write a network made up from the node's address into `podCIDRs` in these modes.
    package var hasSingleAddresses: Bool {
        guard let spec else { return false }
        let settings = [spec.ipam?.pool, spec.eni, spec.azure, spec.alibabaCloud]
        return settings.contains { $0.map { !$0.isEmpty } ?? false }
    }

    /// The pod networks, as text: those of `podCIDRs` and of all pools; none where addresses are single ones.
    package var podCIDRs: [String] {
        guard !hasSingleAddresses, let ipam = spec?.ipam else { return [] }
        return (ipam.podCIDRs ?? []) + (ipam.pools?.allocated ?? []).flatMap { $0.cidrs ?? [] }
    }

    /// Leaves out what says nothing about networks: an agent writes what its pods use every few seconds.
    package mutating func keepNetworks() {
        metadata = ObjectMeta(name: metadata.name, uid: metadata.uid)
        guard var kept = spec else { return }
        kept.ipam?.pool = Self.sign(of: spec?.ipam?.pool)
        kept.eni = Self.sign(of: kept.eni)
        kept.azure = Self.sign(of: kept.azure)
        kept.alibabaCloud = Self.sign(of: kept.alibabaCloud)
        spec = kept
    }

    /// One member stands for all.
    private static func sign(of members: [String: JSONValue]?) -> [String: JSONValue]? {
        members?.isEmpty ?? true ? nil : ["": .bool(true)]
    }
}
