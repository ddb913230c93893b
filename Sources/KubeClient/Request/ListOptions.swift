package import KubeJSON
import KubeModel

/// Which objects of a kind are meant.
package struct ObjectScope: Hashable, Sendable {
    /// One namespace, or all when nil.
    package var namespace: String?
    /// A label selector in the API's text form, such as `app=web,tier!=db`.
    package var labelSelector: String?
    /// A field selector in the API's text form, such as `metadata.name=n1`.
    package var fieldSelector: String?

    /// All objects, unless narrowed.
    package init(namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil) {
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
    }

    /// Every object of the kind.
    package static let all = ObjectScope()

    /// The one object of a name, in a namespace or among kinds without.
    package static func named(_ name: String, namespace: String? = nil) -> ObjectScope {
        ObjectScope(namespace: namespace, fieldSelector: "metadata.name=\(name)")
    }

    var query: [KubeRequest.Field] {
        var fields: [KubeRequest.Field] = []
        if let labelSelector { fields.append(.init("labelSelector", labelSelector)) }
        if let fieldSelector { fields.append(.init("fieldSelector", fieldSelector)) }
        return fields
    }
}

/// How a changed object is written.
package struct WriteOptions: Hashable, Sendable {
    /// Who the server remembers as the owner of the written fields.
    package var fieldManager: String?
    /// Whether the server only says what it would do.
    package var dryRun: Bool
    /// A part of the object that is written by itself, such as `status`.
    package var subresource: String?

    /// Writes the object itself for good, unless told otherwise.
    package init(fieldManager: String? = nil, dryRun: Bool = false, subresource: String? = nil) {
        self.fieldManager = fieldManager
        self.dryRun = dryRun
        self.subresource = subresource
    }

    var query: [KubeRequest.Field] {
        var fields: [KubeRequest.Field] = []
        if let fieldManager { fields.append(.init("fieldManager", fieldManager)) }
        if dryRun { fields.append(.init("dryRun", "All")) }
        return fields
    }
}

/// A partial change of an object.
package enum Patch: Hashable, Sendable {
    /// JSON merge patch (RFC 7386): null removes a field.
    case merge(JSONValue)
    /// JSON patch (RFC 6902): a list of operations.
    case json([JSONValue])
    /// Kubernetes' strategic merge patch; core kinds alone know it.
    case strategic(JSONValue)

    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        }
    }

    var body: JSONValue {
        switch self {
        case .merge(let value), .strategic(let value): value
        case .json(let operations): .array(operations)
        }
    }
}
