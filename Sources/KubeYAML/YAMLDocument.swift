package import KubeJSON
import KubeModel

/// One document of a text: its JSON value, and the place of every field.
package struct YAMLDocument: Hashable, Sendable {
    /// The file as the caller named it.
    package let file: String
    /// The tree with places.
    package let root: YAMLNode
    /// The value as Kubernetes would read it.
    package let json: JSONValue

    /// Takes a tree and types its scalars; throws `YAMLError` for what JSON has no form for.
    package init(file: String, root: YAMLNode) throws(YAMLError) {
        self.file = file
        self.root = root
        json = try root.json(file: file)
    }

    /// Reads all documents of a text; the first fault is thrown.
    package static func parse(_ text: String, file: String) throws(YAMLError) -> [YAMLDocument] {
        let (documents, errors) = parseAll(text, file: file)
        if let error = errors.first { throw error }
        return documents
    }

    /// Reads the documents of a text that can be read, and what is wrong with the others; empty documents are left out.
    package static func parseAll(_ text: String, file: String) -> (documents: [YAMLDocument], errors: [YAMLError]) {
        var documents: [YAMLDocument] = []
        var errors: [YAMLError] = []
        for part in YAMLText(text).parts {
            do throws(YAMLError) {
                var composer = YAMLComposer(text: part.text, file: file, lineOffset: part.lineOffset)
                while let root = try composer.nextDocument() {
                    let document = try YAMLDocument(file: file, root: root)
                    if document.json != .null { documents.append(document) }
                }
            } catch {
                errors.append(error)
            }
        }
        return (documents, errors)
    }

    /// Where a field stands, or the nearest thing around it that is written.
    ///
    /// A scalar is found at its value, a list or mapping at its key.
    package func position(of path: FieldPath) -> SourcePosition {
        root.position(of: path.steps[...])
    }
}

extension YAMLNode {
    /// Where a field below stands, or the nearest thing around it that is written.
    package func position(of steps: ArraySlice<FieldPath.Step>, key: SourcePosition? = nil) -> SourcePosition {
        let here: SourcePosition
        if case .scalar = content { here = position } else { here = key ?? position }
        guard let step = steps.first else { return here }
        switch (step, content) {
        case (.field(let name), .mapping(let entries)):
            guard let entry = entries.first(where: { $0.key.text == name }) else { return here }
            return entry.value.position(of: steps.dropFirst(), key: entry.key.position)
        case (.index(let index), .sequence(let items)) where items.indices.contains(index):
            return items[index].position(of: steps.dropFirst())
        default:
            return here
        }
    }

    /// The value of a mapping's key.
    func value(of name: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.text == name }?.value
    }

    private var text: String? {
        guard case .scalar = content else { return nil }
        return try? keyText(file: "")
    }
}
