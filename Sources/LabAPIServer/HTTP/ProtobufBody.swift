import FoundationEssentials
import KubeJSON
import KubeModel

/// Bodies as typed clients send them (`kubectl create namespace`, `secret`, `configmap`, …, and Helm for its releases):
/// protobuf in Kubernetes' envelope (Kubernetes docs, "Alternate representations of resources").
///
/// Just the kinds that such clients make, and what they send with DELETE; field numbers as in `generated.proto` of
/// `k8s.io/api/core/v1`, `k8s.io/api/rbac/v1` and `k8s.io/apimachinery/pkg/apis/meta/v1`.
enum ProtobufBody {
    static let mediaType = "application/vnd.kubernetes.protobuf"

    private indirect enum Form: Sendable {
        case text, integer, truth
        case message([UInt64: Field])
        case texts
        case list(Form)
        case textMap
        case bytesMap
        case integerOrText
    }

    private struct Field: Sendable {
        let name: String
        let form: Form
    }

    private static let metadata: Form = .message([
        1: Field(name: "name", form: .text), 2: Field(name: "generateName", form: .text),
        3: Field(name: "namespace", form: .text), 5: Field(name: "uid", form: .text),
        6: Field(name: "resourceVersion", form: .text), 11: Field(name: "labels", form: .textMap),
        12: Field(name: "annotations", form: .textMap), 14: Field(name: "finalizers", form: .texts),
    ])

    private static let servicePort: Form = .message([
        1: Field(name: "name", form: .text), 2: Field(name: "protocol", form: .text),
        3: Field(name: "port", form: .integer), 4: Field(name: "targetPort", form: .integerOrText),
        5: Field(name: "nodePort", form: .integer),
    ])

    private static let role: [UInt64: Field] = [
        1: Field(name: "metadata", form: metadata),
        2: Field(
            name: "rules",
            form: .list(
                .message([
                    1: Field(name: "verbs", form: .texts), 2: Field(name: "apiGroups", form: .texts),
                    3: Field(name: "resources", form: .texts), 4: Field(name: "resourceNames", form: .texts),
                    5: Field(name: "nonResourceURLs", form: .texts),
                ])
            )
        ),
    ]

    private static let binding: [UInt64: Field] = [
        1: Field(name: "metadata", form: metadata),
        2: Field(
            name: "subjects",
            form: .list(
                .message([
                    1: Field(name: "kind", form: .text), 2: Field(name: "apiGroup", form: .text),
                    3: Field(name: "name", form: .text), 4: Field(name: "namespace", form: .text),
                ])
            )
        ),
        3: Field(
            name: "roleRef",
            form: .message([
                1: Field(name: "apiGroup", form: .text), 2: Field(name: "kind", form: .text),
                3: Field(name: "name", form: .text),
            ])
        ),
    ]

    private static let kinds: [String: [UInt64: Field]] = [
        "rbac.authorization.k8s.io/v1/Role": role,
        "rbac.authorization.k8s.io/v1/ClusterRole": role,
        "rbac.authorization.k8s.io/v1/RoleBinding": binding,
        "rbac.authorization.k8s.io/v1/ClusterRoleBinding": binding,
        "v1/Namespace": [1: Field(name: "metadata", form: metadata)],
        "v1/ServiceAccount": [1: Field(name: "metadata", form: metadata)],
        "authentication.k8s.io/v1/TokenRequest": [
            1: Field(name: "metadata", form: metadata),
            2: Field(
                name: "spec",
                form: .message([
                    1: Field(name: "audiences", form: .texts), 4: Field(name: "expirationSeconds", form: .integer),
                ])
            ),
        ],
        "v1/ConfigMap": [
            1: Field(name: "metadata", form: metadata), 2: Field(name: "data", form: .textMap),
            3: Field(name: "binaryData", form: .bytesMap), 4: Field(name: "immutable", form: .truth),
        ],
        "v1/Secret": [
            1: Field(name: "metadata", form: metadata), 2: Field(name: "data", form: .bytesMap),
            3: Field(name: "type", form: .text), 4: Field(name: "stringData", form: .textMap),
            5: Field(name: "immutable", form: .truth),
        ],
        "v1/Service": [
            1: Field(name: "metadata", form: metadata),
            2: Field(
                name: "spec",
                form: .message([
                    1: Field(name: "ports", form: .list(servicePort)), 2: Field(name: "selector", form: .textMap),
                    3: Field(name: "clusterIP", form: .text), 4: Field(name: "type", form: .text),
                    5: Field(name: "externalIPs", form: .texts), 10: Field(name: "externalName", form: .text),
                ])
            ),
        ],
    ]

    /// How to delete; every group has this kind under its own version.
    private static let deleteOptions: [UInt64: Field] = [
        1: Field(name: "gracePeriodSeconds", form: .integer),
        2: Field(
            name: "preconditions",
            form: .message([1: Field(name: "uid", form: .text), 2: Field(name: "resourceVersion", form: .text)])
        ),
        3: Field(name: "orphanDependents", form: .truth), 4: Field(name: "propagationPolicy", form: .text),
        5: Field(name: "dryRun", form: .texts),
    ]

    /// The object of an envelope; nil when it is of a kind, or in a form, that is not read here.
    static func object(_ bytes: [UInt8]) -> JSONValue? {
        guard bytes.starts(with: [0x6B, 0x38, 0x73, 0x00]), let envelope = ProtobufReader.fields(bytes[4...]) else {
            return nil
        }
        guard let type = ProtobufReader.fields(ProtobufReader.bytes(1, of: envelope)) else { return nil }
        let apiVersion = ProtobufReader.text(1, of: type)
        let kind = ProtobufReader.text(2, of: type)
        guard let form = kind == "DeleteOptions" ? deleteOptions : kinds["\(apiVersion)/\(kind)"],
            var members = message(ProtobufReader.bytes(2, of: envelope), form)
        else { return nil }
        members["apiVersion"] = .string(apiVersion)
        members["kind"] = .string(kind)
        return .object(members)
    }

    /// Empty values are left out: the encoding writes what was never set.
    private static func message(_ bytes: ArraySlice<UInt8>, _ form: [UInt64: Field]) -> [String: JSONValue]? {
        guard let fields = ProtobufReader.fields(bytes) else { return nil }
        var members: [String: JSONValue] = [:]
        for field in fields {
            guard let known = form[field.number] else { continue }
            switch known.form {
            case .text where !field.text.isEmpty: members[known.name] = .string(field.text)
            case .integer where field.varint != 0:
                members[known.name] = .integer(Int64(bitPattern: field.varint))
            case .truth where field.varint != 0: members[known.name] = true
            case .message(let form):
                if let value = message(field.bytes, form), !value.isEmpty { members[known.name] = .object(value) }
            case .texts: append(.string(field.text), to: known.name, in: &members)
            case .list(.message(let form)):
                if let value = message(field.bytes, form) { append(.object(value), to: known.name, in: &members) }
            case .textMap, .bytesMap:
                guard let entry = ProtobufReader.fields(field.bytes) else { return nil }
                let key = ProtobufReader.text(1, of: entry)
                let value = ProtobufReader.bytes(2, of: entry)
                var map = members[known.name]?.object ?? [:]
                if case .bytesMap = known.form {
                    map[key] = .string(Data(value).base64EncodedString())
                } else {
                    map[key] = .string(String(decoding: value, as: UTF8.self))
                }
                members[known.name] = .object(map)
            case .integerOrText: members[known.name] = integerOrText(field.bytes)
            default: break
            }
        }
        return members
    }

    private static func append(_ value: JSONValue, to name: String, in members: inout [String: JSONValue]) {
        members[name] = .array((members[name]?.array ?? []) + [value])
    }

    private static func integerOrText(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
        guard let fields = ProtobufReader.fields(bytes) else { return nil }
        let kind = fields.first(where: { $0.number == 1 })
        if kind?.varint == 1 { return .string(ProtobufReader.text(3, of: fields)) }
        guard let number = fields.first(where: { $0.number == 2 }), number.varint != 0 else { return nil }
        return .integer(Int64(bitPattern: number.varint))
    }
}

/// Cuts protobuf messages into fields (Protocol Buffers documentation, "Encoding").
enum ProtobufReader {
    struct Field {
        let number: UInt64
        let varint: UInt64
        let bytes: ArraySlice<UInt8>

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// The fields in order; nil when the bytes are no message.
    static func fields(_ bytes: ArraySlice<UInt8>) -> [Field]? {
        var rest = bytes
        var fields: [Field] = []
        while !rest.isEmpty {
            guard let tag = varint(&rest) else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = varint(&rest) else { return nil }
                fields.append(Field(number: tag >> 3, varint: value, bytes: []))
            case 2:
                guard let length = varint(&rest).flatMap({ Int(exactly: $0) }), length <= rest.count else { return nil }
                fields.append(Field(number: tag >> 3, varint: 0, bytes: rest.prefix(length)))
                rest = rest.dropFirst(length)
            case 1, 5:
                let width = tag & 7 == 1 ? 8 : 4
                guard rest.count >= width else { return nil }
                rest = rest.dropFirst(width)
            default: return nil
            }
        }
        return fields
    }

    /// The bytes of the first field of a number; none when there is no such field.
    static func bytes(_ number: UInt64, of fields: [Field]) -> ArraySlice<UInt8> {
        guard let field = fields.first(where: { $0.number == number }) else { return [] }
        return field.bytes
    }

    /// The text of the first field of a number; empty when there is no such field.
    static func text(_ number: UInt64, of fields: [Field]) -> String {
        String(decoding: bytes(number, of: fields), as: UTF8.self)
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
