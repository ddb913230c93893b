import KubeJSON
import KubeModel
import PlainText

/// A column of the tables that `kubectl get` shows.
struct TableColumn: Sendable {
    let name: String
    let type: String
    var format = ""
    var description = ""
    /// Columns above zero are shown with `-o wide` alone.
    var priority: Int64 = 0
    let cell: @Sendable (_ object: JSONValue, _ now: Timestamp) -> JSONValue

    /// A column of texts.
    static func text(
        _ name: String,
        wide: Bool = false,
        _ cell: @escaping @Sendable (JSONValue) -> String?
    ) -> TableColumn {
        TableColumn(name: name, type: "string", priority: wide ? 1 : 0) { object, _ in
            .string(cell(object) ?? "<none>")
        }
    }

    /// The column every table begins with.
    static let name = TableColumn(
        name: "Name",
        type: "string",
        format: "name",
        description: "Name must be unique within a namespace."
    ) { object, _ in
        object.value(at: "metadata", "name") ?? ""
    }

    /// How long ago the object was made.
    static let age = age(of: ["metadata", "creationTimestamp"])

    static func age(_ name: String = "Age", of path: [String]) -> TableColumn {
        TableColumn(name: name, type: "string") { object, now in
            .string(Age.text(object.value(at: path)?.string, now: now))
        }
    }

    static let nameAndAge = [name, age]

    /// The columns a version of a CustomResourceDefinition asks for.
    static func columns(of version: JSONValue) -> [TableColumn] {
        let wished = version["additionalPrinterColumns"]?.array ?? []
        guard !wished.isEmpty else { return nameAndAge }
        return [name] + wished.compactMap(column)
    }

    private static func column(_ wish: JSONValue) -> TableColumn? {
        guard let name = wish["name"]?.string, let type = wish["type"]?.string,
            let path = wish["jsonPath"]?.string.flatMap(JSONPath.init)
        else { return nil }
        return TableColumn(
            name: name,
            // The server works dates out to ages and so they are strings by the time they are shown.
            type: type == "date" ? "date" : type,
            format: wish["format"]?.string ?? "",
            description: wish["description"]?.string ?? "",
            priority: wish["priority"]?.integer ?? 0
        ) { object, now in
            guard let value = path.values(in: object).first else { return .null }
            switch type {
            case "date": return .string(Age.text(value.string, now: now))
            case "string": return .string(value.plainText)
            case "integer": return value.integer.map(JSONValue.integer) ?? .null
            case "number": return value.double.map(JSONValue.number) ?? .null
            case "boolean": return value.bool.map(JSONValue.bool) ?? .null
            default: return value
            }
        }
    }
}

extension Age {
    /// The age of an RFC 3339 time as a cell shows it; `<unknown>` when there is none.
    static func text(_ time: String?, now: Timestamp) -> String {
        guard let time, let start = Timestamp(time) else { return "<unknown>" }
        return Age(from: start, to: now).description
    }
}
