/// A Lease, by which one of several processes leads (coordination.k8s.io/v1).
package struct Lease: KubeObject {
    /// `leases`.
    package static let type = ResourceType(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases",
        isNamespaced: true
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// Who holds it.
    package var spec: Spec?

    /// Makes a Lease.
    package init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }

    /// Who holds it, since when and for how long (LeaseSpec).
    package struct Spec: Hashable, Sendable, Codable {
        /// The holder; empty or absent when nobody holds it.
        package var holderIdentity: String?
        /// For how many seconds after `renewTime` the holder keeps it.
        package var leaseDurationSeconds: Int32?
        /// When the holder took it.
        package var acquireTime: MicroTimestamp?
        /// When the holder last renewed it.
        package var renewTime: MicroTimestamp?
        /// How often the holder changed.
        package var leaseTransitions: Int32?

        /// Makes a spec.
        package init(
            holderIdentity: String? = nil,
            leaseDurationSeconds: Int32? = nil,
            acquireTime: MicroTimestamp? = nil,
            renewTime: MicroTimestamp? = nil,
            leaseTransitions: Int32? = nil
        ) {
            self.holderIdentity = holderIdentity
            self.leaseDurationSeconds = leaseDurationSeconds
            self.acquireTime = acquireTime
            self.renewTime = renewTime
            self.leaseTransitions = leaseTransitions
        }
    }
}
