import KubeJSON
package import KubeModel

/// Reads the objects of a manifest file: several documents, YAML or JSON, lists of objects taken apart.
///
/// One broken document costs its own objects alone; each fault is one diagnostic with file, line and column.
package struct ManifestReader {
    /// The objects in the order of the text.
    package private(set) var objects: [ManifestObject] = []
    /// What is wrong, in the order of the text.
    package private(set) var diagnostics: [Diagnostic] = []

    private let file: String

    /// Reads a text; `file` is the name to print.
    package init(text: String, file: String) {
        self.file = file
        let (documents, errors) = YAMLDocument.parseAll(text, file: file)
        for document in documents { add(document.root, document.json) }
        for error in errors {
            diagnostics.append(
                Diagnostic(
                    severity: .error,
                    reason: ReasonCode.invalidManifest,
                    message: error.message + (Self.hint(error, text).map { "; \($0)" } ?? ""),
                    file: error.file,
                    line: error.position.line,
                    column: error.position.column
                )
            )
        }
        diagnostics.sort { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    /// What is most likely behind a fault that people bring about in two ways.
    private static func hint(_ error: YAMLError, _ text: String) -> String? {
        if error.message.hasPrefix("key \"apiVersion\" again") { return "is a line --- missing between two objects?" }
        let lines = text.split(separator: "\n", maxSplits: error.position.line, omittingEmptySubsequences: false)
        guard lines.indices.contains(error.position.line - 1), lines[error.position.line - 1].contains("{{") else {
            return nil
        }
        return "this is a template that was not filled in: helm template"
    }

    private mutating func add(_ node: YAMLNode, _ json: JSONValue) {
        guard case .object = json else {
            return refuse(node.position, nil, "expected an object with apiVersion and kind, found \(json.typeName)")
        }
        guard let apiVersion = text("apiVersion", node, json), let kind = text("kind", node, json) else { return }
        if kind.hasSuffix("List"), let items = json["items"] {
            addItems(of: node, items, apiVersion: apiVersion, kind: String(kind.dropLast(4)))
        } else {
            addObject(node, json, apiVersion: apiVersion, kind: kind)
        }
    }

    /// Items of a `List` name their kinds; items of, say, a `ServiceList` may leave that to the list.
    private mutating func addItems(of node: YAMLNode, _ items: JSONValue, apiVersion: String, kind: String) {
        guard let itemsNode = node.value(of: "items"), case .sequence(let nodes) = itemsNode.content,
            let values = items.array
        else {
            if !items.isNull { refuse(node.position(of: [.field("items")]), "items", "expected a list of objects") }
            return
        }
        for (node, value) in zip(nodes, values) {
            guard case .object(var members) = value, !kind.isEmpty else {
                add(node, value)
                continue
            }
            if members["apiVersion"] == nil { members["apiVersion"] = .string(apiVersion) }
            if members["kind"] == nil { members["kind"] = .string(kind) }
            add(node, .object(members))
        }
    }

    private mutating func addObject(_ node: YAMLNode, _ json: JSONValue, apiVersion: String, kind: String) {
        let path: FieldPath = "metadata.name"
        guard let name = json["metadata"]?["name"] else {
            return refuse(node.position(of: path.steps[...]), path, "expected a name, found none")
        }
        guard let text = name.string, !text.isEmpty else {
            return refuse(node.position(of: path.steps[...]), path, "expected a name in text, found \(name.shown)")
        }
        objects.append(
            ManifestObject(
                file: file,
                node: node,
                json: json,
                apiVersion: apiVersion,
                kind: kind,
                namespace: json["metadata"]?["namespace"]?.string,
                name: text
            )
        )
    }

    private mutating func text(_ field: String, _ node: YAMLNode, _ json: JSONValue) -> String? {
        if let text = json[field]?.string, !text.isEmpty { return text }
        let found = json[field].map(\.shown) ?? "none"
        refuse(node.position(of: [.field(field)]), FieldPath([.field(field)]), "expected \(field), found \(found)")
        return nil
    }

    private mutating func refuse(_ position: SourcePosition, _ field: FieldPath?, _ message: String) {
        diagnostics.append(
            Diagnostic(
                severity: .error,
                reason: ReasonCode.invalidManifest,
                field: field,
                message: message,
                file: file,
                line: position.line,
                column: position.column
            )
        )
    }
}

extension JSONValue {
    /// The value in an error: short scalars as they are, everything else by type.
    var shown: String {
        switch self {
        case .string(let text): text.count <= 60 ? "\"\(text)\"" : "a string of \(text.count) characters"
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .bool(let truth): String(truth)
        case .null, .array, .object: typeName
        }
    }
}
