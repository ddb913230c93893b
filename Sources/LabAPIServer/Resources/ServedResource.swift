import KubeJSON
import KubeModel

/// One kind in one version, as the server serves it.
struct ServedResource: Sendable {
    let type: ResourceType
    var names: Names
    /// Where its objects are kept; the versions of a kind share one place.
    let collection: GroupResource
    var hasStatus = false
    /// Whether `metadata.generation` counts changes of the wish.
    var tracksGeneration = false
    /// Custom kinds lose unknown fields and need a resource version to be replaced.
    var isCustom = false
    let schema: StructuralSchema
    var columns: [TableColumn] = TableColumn.nameAndAge
    var selectableFields: Set<String> = ["metadata.name", "metadata.namespace"]
    var conversion: ResourceConversion?
    var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

    /// What else `kubectl` may call the kind.
    struct Names: Sendable {
        let singular: String
        var short: [String] = []
        /// The groups of kinds that it is one of, such as `all`.
        var categories: [String] = []
    }

    /// `plural` or `plural.group`, as messages name it.
    var qualifiedName: String { type.group.isEmpty ? type.plural : "\(type.plural).\(type.group)" }

    var listKind: String { "\(type.kind)List" }

    func reference(_ name: String) -> ObjectReference { ObjectReference(kind: type.kind, name: name) }

    /// An object as this version shows it.
    func representation(of value: JSONValue) -> JSONValue {
        if let conversion { return conversion.fromStored(value) }
        guard value["apiVersion"]?.string != type.apiVersion else { return value }
        var value = value
        value.set(.string(type.apiVersion), at: "apiVersion")
        return value
    }

    /// The JSON text of an object as this version shows it.
    func json(of object: StoredObject) -> [UInt8] {
        if conversion == nil, object.value["apiVersion"]?.string == type.apiVersion { return object.json }
        return JSONWriter.bytes(representation(of: object.value))
    }

    /// An object of this version as it is kept.
    func stored(_ value: JSONValue) -> JSONValue { conversion?.toStored(value) ?? value }
}

/// The way between a version's objects and those kept.
struct ResourceConversion: Sendable {
    let toStored: @Sendable (JSONValue) -> JSONValue
    let fromStored: @Sendable (JSONValue) -> JSONValue
}
