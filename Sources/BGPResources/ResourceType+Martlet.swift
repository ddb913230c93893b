package import KubeModel

extension ResourceType {
    /// A kind of our group: `martlet.dev/v2`, without namespaces.
    package static func martlet(kind: String, plural: String) -> ResourceType {
        ResourceType(group: "martlet.dev", version: "v2", kind: kind, plural: plural, isNamespaced: false)
    }
}
