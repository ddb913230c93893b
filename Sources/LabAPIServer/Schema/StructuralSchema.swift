import KubeJSON
import KubeModel

/// A structural OpenAPI v3 schema, as a CustomResourceDefinition carries it (Kubernetes docs, "Specifying a
/// structural schema").
///
/// One tree serves validation, defaulting, pruning, merging and field ownership, for custom and built-in kinds alike.
final class StructuralSchema: Sendable {
    /// How the elements of a list belong together (`x-kubernetes-list-type`).
    enum ListType: Hashable, Sendable {
        /// The list is one value; owned and replaced as a whole.
        case atomic
        /// Scalars that occur once each.
        case set
        /// Objects told apart by the values of these keys.
        case map(keys: [String])
    }

    let source: JSONValue
    let type: String?
    let format: String?
    let isNullable: Bool
    let isIntOrString: Bool
    let preservesUnknownFields: Bool
    let isEmbeddedResource: Bool
    let properties: [String: StructuralSchema]
    let additionalProperties: StructuralSchema?
    let items: StructuralSchema?
    let required: [String]
    let enumeration: [JSONValue]?
    let defaultValue: JSONValue?
    let listType: ListType
    let isAtomicMap: Bool
    /// The key by which a strategic merge patch tells elements apart (`x-kubernetes-patch-merge-key`).
    let patchMergeKey: String?
    let bounds: Bounds
    let allOf: [StructuralSchema]
    let anyOf: [StructuralSchema]
    let oneOf: [StructuralSchema]
    let not: StructuralSchema?

    /// Limits of numbers, texts, lists and objects.
    struct Bounds: Hashable, Sendable {
        var minimum: JSONValue?
        var maximum: JSONValue?
        var exclusiveMinimum = false
        var exclusiveMaximum = false
        var multipleOf: JSONValue?
        var minLength: Int?
        var maxLength: Int?
        var pattern: String?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems = false
        var minProperties: Int?
        var maxProperties: Int?
    }

    /// Reads a schema leniently; words it does not know have no effect.
    init(_ source: JSONValue) {
        self.source = source
        type = source["type"]?.string
        format = source["format"]?.string
        isNullable = source["nullable"]?.bool ?? false
        isIntOrString = source["x-kubernetes-int-or-string"]?.bool ?? false
        preservesUnknownFields = source["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
        isEmbeddedResource = source["x-kubernetes-embedded-resource"]?.bool ?? false
        properties = (source["properties"]?.object ?? [:]).mapValues(StructuralSchema.init)
        additionalProperties =
            switch source["additionalProperties"] {
            case .object?: source["additionalProperties"].map(StructuralSchema.init)
            case .bool(true)?: StructuralSchema(["x-kubernetes-preserve-unknown-fields": true])
            default: nil
            }
        items = source["items"].map(StructuralSchema.init)
        required = (source["required"]?.array ?? []).compactMap(\.string)
        enumeration = source["enum"]?.array
        defaultValue = source["default"]
        listType =
            switch source["x-kubernetes-list-type"]?.string {
            case "set": .set
            case "map": .map(keys: (source["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string))
            default: .atomic
            }
        isAtomicMap = source["x-kubernetes-map-type"]?.string == "atomic"
        patchMergeKey = source["x-kubernetes-patch-merge-key"]?.string
        bounds = Bounds(
            minimum: source["minimum"],
            maximum: source["maximum"],
            exclusiveMinimum: source["exclusiveMinimum"]?.bool ?? false,
            exclusiveMaximum: source["exclusiveMaximum"]?.bool ?? false,
            multipleOf: source["multipleOf"],
            minLength: source["minLength"]?.integer.flatMap { Int(exactly: $0) },
            maxLength: source["maxLength"]?.integer.flatMap { Int(exactly: $0) },
            pattern: source["pattern"]?.string,
            minItems: source["minItems"]?.integer.flatMap { Int(exactly: $0) },
            maxItems: source["maxItems"]?.integer.flatMap { Int(exactly: $0) },
            uniqueItems: source["uniqueItems"]?.bool ?? false,
            minProperties: source["minProperties"]?.integer.flatMap { Int(exactly: $0) },
            maxProperties: source["maxProperties"]?.integer.flatMap { Int(exactly: $0) }
        )
        allOf = (source["allOf"]?.array ?? []).map(StructuralSchema.init)
        anyOf = (source["anyOf"]?.array ?? []).map(StructuralSchema.init)
        oneOf = (source["oneOf"]?.array ?? []).map(StructuralSchema.init)
        not = source["not"].map(StructuralSchema.init)
    }

    /// The schema of a member, if it has one.
    func member(_ name: String) -> StructuralSchema? { properties[name] ?? additionalProperties }

    /// Keeps whatever it is given.
    static let anything = StructuralSchema(["x-kubernetes-preserve-unknown-fields": true])
}

/// A rule of a schema that a value breaks, in the API server's words.
struct SchemaFault: Hashable, Sendable {
    let path: FieldPath
    /// The cause's reason, such as `FieldValueInvalid`.
    let reason: String
    let message: String

    static func invalid(_ path: FieldPath, _ value: JSONValue, _ message: String) -> SchemaFault {
        SchemaFault(path: path, reason: "FieldValueInvalid", message: "Invalid value: \(shown(value)): \(message)")
    }

    static func typeInvalid(_ path: FieldPath, _ value: JSONValue, _ message: String) -> SchemaFault {
        SchemaFault(path: path, reason: "FieldValueTypeInvalid", message: "Invalid value: \(shown(value)): \(message)")
    }

    static func required(_ path: FieldPath) -> SchemaFault {
        SchemaFault(path: path, reason: "FieldValueRequired", message: "Required value")
    }

    static func duplicate(_ path: FieldPath, _ value: JSONValue) -> SchemaFault {
        SchemaFault(path: path, reason: "FieldValueDuplicate", message: "Duplicate value: \(shown(value))")
    }

    static func unsupported(_ path: FieldPath, _ value: JSONValue, _ supported: [JSONValue]) -> SchemaFault {
        SchemaFault(
            path: path,
            reason: "FieldValueNotSupported",
            message: "Unsupported value: \(shown(value)): supported values: "
                + supported.map(shown).joined(separator: ", ")
        )
    }

    static func forbidden(_ path: FieldPath, _ message: String) -> SchemaFault {
        SchemaFault(path: path, reason: "FieldValueForbidden", message: "Forbidden: \(message)")
    }

    /// A value as Go prints it in field errors.
    static func shown(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            "map[string]interface {}{"
                + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(shown($0.value))" }.joined(separator: ", ")
                + "}"
        case .array(let elements): "[]interface {}{\(elements.map(shown).joined(separator: ", "))}"
        default: JSONWriter.text(value)
        }
    }
}
