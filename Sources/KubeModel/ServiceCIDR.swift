/// Networks that cluster IPs come from (networking.k8s.io/v1 since Kubernetes 1.33, v1beta1 in 1.31 and 1.32).
package struct ServiceCIDR: KubeObject {
    /// `servicecidrs` of networking.k8s.io.
    package static let type = ResourceType(
        group: "networking.k8s.io",
        version: "v1",
        kind: "ServiceCIDR",
        plural: "servicecidrs",
        isNamespaced: false,
        olderVersions: ["v1beta1"]
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: Spec?

    /// Makes a ServiceCIDR.
    package init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }

    /// The wish (networking/v1 ServiceCIDRSpec).
    package struct Spec: Hashable, Sendable, Codable {
        /// One network, or one per family, as text.
        package var cidrs: [String]?

        /// Makes a wish.
        package init(cidrs: [String]? = nil) {
            self.cidrs = cidrs
        }
    }
}
