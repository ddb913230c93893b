import KubeJSON
import KubeModel
import KubeYAML
import TestSupport

/// A part of a CRD's schema, with the way to it.
struct Schema: Sendable {
    let json: JSONValue
    /// From the object's top; list elements are `.index(0)`, map values the field `key`.
    let path: FieldPath

    /// The whole schema of a kind.
    static func of(_ kind: CustomKind) throws -> Schema {
        Schema(json: try version(kind)["schema"]?["openAPIV3Schema"] ?? .null, path: FieldPath())
    }

    /// The CRD of a kind.
    static func definition(_ kind: CustomKind) throws -> JSONValue {
        let file = "crds/\(kind.type.plural).yaml"
        return try YAMLDocument.parse(Checkout.read(file), file: file).first?.json ?? .null
    }

    /// The one version of a kind's CRD.
    static func version(_ kind: CustomKind) throws -> JSONValue {
        try definition(kind)["spec"]?["versions"]?[0] ?? .null
    }

    var type: String { json["type"]?.string ?? "" }
    var enumeration: [String]? { json["enum"]?.array?.compactMap(\.string) }
    var required: [String] { (json["required"]?.array ?? []).compactMap(\.string) }

    /// The fields of an object, by name.
    var properties: [(name: String, schema: Schema)] {
        (json["properties"]?.object ?? [:]).sorted { $0.key < $1.key }
            .map { ($0.key, Schema(json: $0.value, path: path.field($0.key))) }
    }

    /// The schema of a list's elements.
    var items: Schema? { json["items"].map { Schema(json: $0, path: path.index(0)) } }

    /// The schema of a map's values.
    var values: Schema? {
        json["additionalProperties"].map { Schema(json: $0, path: path.field("key")) }
    }

    /// This and everything below, parents first.
    var all: [Schema] {
        [self] + properties.flatMap(\.schema.all) + (items?.all ?? []) + (values?.all ?? [])
    }

    /// The part for a field of the object.
    subscript(name: String) -> Schema? {
        json["properties"]?[name].map { Schema(json: $0, path: path.field(name)) }
    }

    /// The rules that the API server evaluates on values of this part.
    var rules: [(rule: String, message: String)] {
        (json["x-kubernetes-validations"]?.array ?? []).map {
            ($0["rule"]?.string ?? "", $0["message"]?.string ?? "")
        }
    }
}

extension Schema {
    /// An object that has every field, each with a value that its own schema allows.
    ///
    /// Rules across fields are not kept: fields that exclude each other are all there.
    var example: JSONValue {
        switch type {
        case "object":
            if let values { return ["key": values.example] }
            return .object(
                Dictionary(uniqueKeysWithValues: properties.map { ($0.name, $0.schema.example) })
            )
        case "array": return .array(items.map { [$0.example] } ?? [])
        case "boolean": return true
        case "integer": return json["minimum"].map { .integer(($0.integer ?? 0) + 1) } ?? 1
        default: return .string(enumeration?.first ?? exampleText)
        }
    }

    private var exampleText: String {
        if json["format"] == "date-time" { return "2026-01-31T12:00:00Z" }
        if json["format"] == "cidr" { return "192.0.2.0/24" }
        let byField: [FieldPath.Step: String] = [
            .field("peerAddress"): "192.0.2.1", .field("localAddress"): "2001:db8::1",
            .field("nextHop"): "2001:db8::2",
            .field("routerID"): "192.0.2.2", .field("peerRouterID"): "192.0.2.3", .field("start"): "192.0.2.4",
            .field("stop"): "192.0.2.5",
        ]
        if let text = path.steps.last.flatMap({ byField[$0] }) { return text }
        if path.steps.contains(.field("standard")) { return "65000:1" }
        if path.steps.contains(.field("large")) { return "65000:1:2" }
        if path.steps.contains(.field("excluded")) { return "192.0.2.6" }
        return "text"
    }
}

extension JSONValue {
    func replacing(_ path: FieldPath, with value: JSONValue) -> JSONValue {
        replacing(path.steps[...], with: value)
    }

    private func replacing(_ steps: ArraySlice<FieldPath.Step>, with value: JSONValue) -> JSONValue {
        switch (steps.first, self) {
        case (nil, _):
            return value
        case (.field(let name), .object(var members)):
            members[name] = (members[name] ?? .null).replacing(steps.dropFirst(), with: value)
            return .object(members)
        case (.index(let index), .array(var elements)) where elements.indices.contains(index):
            elements[index] = elements[index].replacing(steps.dropFirst(), with: value)
            return .array(elements)
        default:
            return self
        }
    }

    func value(at path: FieldPath) -> JSONValue? {
        path.steps.reduce(Optional(self)) { value, step in
            switch step {
            case .field(let name): value?[name]
            case .index(let index): value?[index]
            }
        }
    }
}
