/// A Node, as far as peering and announcing need (core/v1).
package struct Node: KubeObject {
    /// `nodes` in the core group.
    package static let type = ResourceType(group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: Spec?
    package var status: Status?

    /// Makes a Node.
    package init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// The wish (core/v1 NodeSpec).
    package struct Spec: Hashable, Sendable, Codable {
        /// The first pod network.
        package var podCIDR: String?
        /// All pod networks, at most one per family.
        package var podCIDRs: [String]?
        /// Whether new pods are kept away (cordon).
        package var unschedulable: Bool?

        /// Makes a wish.
        package init(podCIDR: String? = nil, podCIDRs: [String]? = nil, unschedulable: Bool? = nil) {
            self.podCIDR = podCIDR
            self.podCIDRs = podCIDRs
            self.unschedulable = unschedulable
        }
    }

    /// What is (core/v1 NodeStatus).
    package struct Status: Hashable, Sendable, Codable {
        /// The node's addresses.
        package var addresses: [Address]?
        /// Facts such as Ready and NetworkUnavailable.
        package var conditions: [Condition]?

        /// Makes a status.
        package init(addresses: [Address]? = nil, conditions: [Condition]? = nil) {
            self.addresses = addresses
            self.conditions = conditions
        }
    }

    /// One address of a node (core/v1 NodeAddress).
    package struct Address: Hashable, Sendable, Codable {
        /// `InternalIP`, `ExternalIP`, `Hostname` and so on.
        package var type: String
        /// The address or name.
        package var address: String

        /// Makes an entry.
        package init(type: String, address: String) {
            self.type = type
            self.address = address
        }
    }

    /// The addresses of type InternalIP in the node's order, as text.
    package var internalIPs: [String] {
        (status?.addresses ?? []).filter { $0.type == "InternalIP" }.map(\.address)
    }

    /// The pod networks, from `podCIDRs` or else `podCIDR`, as text.
    package var podCIDRs: [String] {
        if let all = spec?.podCIDRs, !all.isEmpty { return all }
        return spec?.podCIDR.map { [$0] } ?? []
    }
}
