package import KubeJSON

/// That a block of addresses belongs to a node, as Calico's own address management has it (crd.projectcalico.org/v1).
package struct BlockAffinity: KubeObject {
    /// `blockaffinities` of crd.projectcalico.org.
    package static let type = ResourceType(
        group: "crd.projectcalico.org",
        version: "v1",
        kind: "BlockAffinity",
        plural: "blockaffinities",
        isNamespaced: false
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: Spec

    /// Makes a BlockAffinity.
    package init(metadata: ObjectMeta, spec: Spec) {
        self.metadata = metadata
        self.spec = spec
    }

    /// The wish (crd.projectcalico.org/v1 BlockAffinitySpec).
    package struct Spec: Hashable, Sendable, Codable {
        /// `confirmed`, or on the way there or away.
        package var state: String?
        /// The node, as Calico calls it: its Kubernetes name unless somebody chose another.
        package var node: String
        /// `host`, or `virtual` for blocks that no node has; absent is `host`.
        package var type: String?
        /// The block's network, as text.
        package var cidr: String
        /// Whether it is about to be deleted; a text in this version of the kind, a truth value in later ones.
        package var deleted: JSONValue?

        /// Makes a wish.
        package init(
            state: String? = "confirmed",
            node: String,
            type: String? = nil,
            cidr: String,
            deleted: JSONValue? = nil
        ) {
            self.state = state
            self.node = node
            self.type = type
            self.cidr = cidr
            self.deleted = deleted
        }
    }

    /// Whether it is about a node's block at all, and not about one for load balancers, which no node has.
    package var isOfNode: Bool { spec.type.map { $0.isEmpty || $0 == "host" } ?? true }

    /// Whether the node has the block: confirmed, and not on its way out.
    package var isConfirmed: Bool {
        guard metadata.deletionTimestamp == nil, spec.state == "confirmed" else { return false }
        switch spec.deleted {
        case .bool(let isDeleted)?: return !isDeleted
        case .string(let text)?: return text != "true"
        default: return true
        }
    }

    /// Leaves out what says nothing about networks.
    package mutating func keepNetworks() {
        var kept = ObjectMeta(name: metadata.name, uid: metadata.uid)
        kept.deletionTimestamp = metadata.deletionTimestamp
        metadata = kept
    }
}
