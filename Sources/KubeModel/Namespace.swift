/// A Namespace (core/v1).
package struct Namespace: KubeObject {
    /// `namespaces` in the core group.
    package static let type = ResourceType(
        group: "",
        version: "v1",
        kind: "Namespace",
        plural: "namespaces",
        isNamespaced: false
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta

    /// Makes a Namespace.
    package init(metadata: ObjectMeta) {
        self.metadata = metadata
    }
}
