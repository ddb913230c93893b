package import KubeJSON
import KubeModel
import KubeYAML

/// The documents that `-o json` and `-o yaml` print.
package enum Document {
    /// The version of all of them.
    package static let apiVersion = "martlet.dev/v2"
}

extension JSONValue {
    /// A document of a list kind.
    package static func list(_ kind: String, items: [JSONValue], and more: [String: JSONValue] = [:]) -> JSONValue {
        var members = more
        members["apiVersion"] = .string(Document.apiVersion)
        members["kind"] = .string(kind)
        members["items"] = .array(items)
        return .object(members)
    }
}

extension Console {
    /// Prints a document; in a stream of several, YAML documents begin with their mark.
    func write(_ document: JSONValue, as format: OutputFormat, inStream: Bool = false) throws {
        switch format {
        case .yaml: try output.write((inStream ? "---\n" : "") + YAMLEmitter.emit(document))
        case .json, .table, .wide, .name, .github: try output.write(document.jsonText)
        }
    }
}

extension OutputOptions {
    /// How tables look on this console.
    package func tableStyle(on console: Console) -> TableStyle {
        tableStyle(terminal: console.isTerminal, environment: console.environment)
    }
}
