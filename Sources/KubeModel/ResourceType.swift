/// Which kind of object, and where the API server keeps it (Kubernetes API concepts, "Resource URIs").
package struct ResourceType: Hashable, Sendable {
    /// The API group, empty for the core group.
    package let group: String
    /// The version, such as `v1`.
    package let version: String
    /// The kind in CamelCase, such as `Service`.
    package let kind: String
    /// The name in the path, lower case, such as `services`.
    package let plural: String
    /// Whether objects live in a namespace.
    package let isNamespaced: Bool
    /// The versions under which older servers have the same fields, newest first, such as `v1beta1`.
    package let olderVersions: [String]

    /// Names a kind; nothing is checked.
    package init(
        group: String,
        version: String,
        kind: String,
        plural: String,
        isNamespaced: Bool,
        olderVersions: [String] = []
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
        self.olderVersions = olderVersions
    }

    /// The kind as the servers that know it have it, newest first.
    package var versions: [ResourceType] {
        [self]
            + olderVersions.map {
                ResourceType(group: group, version: $0, kind: kind, plural: plural, isNamespaced: isNamespaced)
            }
    }

    /// Whether a manifest of this `apiVersion` and kind is one of these objects.
    package func isWritten(_ apiVersion: String, _ kind: String) -> Bool {
        kind == self.kind && versions.contains { $0.apiVersion == apiVersion }
    }

    /// `group/version`, or `version` alone in the core group.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `/api/v1` or `/apis/group/version`.
    package var basePath: String { group.isEmpty ? "/api/\(version)" : "/apis/\(apiVersion)" }

    /// The path of the collection; all namespaces when `namespace` is nil or the kind has none.
    package func path(namespace: String? = nil) -> String {
        guard isNamespaced, let namespace else { return "\(basePath)/\(plural)" }
        return "\(basePath)/namespaces/\(namespace)/\(plural)"
    }

    package func path(_ key: ObjectKey) -> String {
        "\(path(namespace: key.namespace))/\(key.name)"
    }
}

/// The name of an object within its kind.
package struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The namespace; nil for kinds without.
    package let namespace: String?
    package let name: String

    /// Names an object.
    package init(namespace: String? = nil, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// By namespace, then name.
    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
    }

    /// `namespace/name`, or `name`.
    package var description: String { namespace.map { "\($0)/\(name)" } ?? name }
}

/// A kind and an object's name, as diagnostics, decisions and events name things.
package struct ObjectReference: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// The kind in CamelCase.
    package let kind: String
    /// The namespace; nil for kinds without.
    package let namespace: String?
    package let name: String

    /// Names an object of a kind.
    package init(kind: String, namespace: String? = nil, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// By kind, namespace, name.
    package static func < (left: ObjectReference, right: ObjectReference) -> Bool {
        (left.kind, left.namespace ?? "", left.name) < (right.kind, right.namespace ?? "", right.name)
    }

    /// `kind/namespace/name`, or `kind/name`.
    package var description: String { namespace.map { "\(kind)/\($0)/\(name)" } ?? "\(kind)/\(name)" }
}
