/// Texts under keys (core/v1), as far as we keep records in them.
package struct ConfigMap: KubeObject {
    /// `configmaps` in the core group.
    package static let type = ResourceType(
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        isNamespaced: true
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// The texts by key; a key has letters, digits, `-`, `_` and `.`.
    package var data: [String: String]?

    /// Makes a ConfigMap.
    package init(metadata: ObjectMeta, data: [String: String]? = nil) {
        self.metadata = metadata
        self.data = data
    }
}
