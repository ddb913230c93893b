package import KubeModel

extension ManifestObject {
    /// Decodes the object as a kind.
    ///
    /// - Parameters:
    ///   - type: The kind's type; the caller has compared `apiVersion` and `kind`.
    ///   - strict: Whether fields that the type does not have are errors, as kubectl's validation has it. Wrong for types
    ///     that hold only the fields we read.
    /// - Returns: The object unless it cannot be decoded or breaks strictness, and what is wrong with it.
    package func decode<Object: KubeObject>(
        _ type: Object.Type,
        strict: Bool
    ) -> (object: Object?, diagnostics: [Diagnostic]) {
        do {
            guard strict else { return (try JSON.decode(type, from: json), []) }
            // What the type asks for is quicker to see than what it would write, which is for the case that something is left.
            let asked = AskedFields()
            let object = try JSON.decode(type, from: json, noting: asked)
            guard asked.hasUnasked else { return (object, []) }
            let unknown = UnknownFields.find(in: json, comparedWith: try object.manifest())
            guard !unknown.isEmpty else { return (object, []) }
            return (nil, unknown.map { diagnostic(unknownField: $0, known: asked) })
        } catch let error as DecodingError {
            let fault = DecodingFault(error, in: json)
            var message = fault.message
            if case .keyNotFound = error { message += misspelling(of: fault.path, in: type) }
            return (nil, [diagnostic(field: fault.path, message: message)])
        } catch {
            return (nil, [diagnostic(field: nil, message: "cannot be decoded")])
        }
    }

    /// The fields that a kind's type has, for the objects that are written here.
    private func fields<Object: KubeObject>(of type: Object.Type) -> AskedFields {
        let fields = AskedFields()
        _ = try? JSON.decode(type, from: json, noting: fields)
        return fields
    }

    private func diagnostic(unknownField path: FieldPath, known: AskedFields) -> Diagnostic {
        let parent = FieldPath(path.steps.dropLast())
        let position = node.keyPosition(of: path.steps[...])
        let place = parent.steps.isEmpty ? kind : parent.description
        let names = known.names(in: parent)
        var message = "unknown field"
        if case .field(let name)? = path.steps.last, let meant = Spelling.closest(to: name, among: names) {
            message += ", did you mean \(meant)?"
        } else if names.isEmpty {
            message += ", expected one that \(place) has"
        } else {
            message += ", \(place) has \(names.joined(separator: ", "))"
        }
        return Diagnostic(
            severity: .error,
            reason: ManifestReason.unknownField,
            object: reference,
            field: path,
            message: message,
            file: file,
            line: position.line,
            column: position.column
        )
    }

    /// What stands in the place of a missing field and reads much like it, as the end of a sentence.
    private func misspelling<Object: KubeObject>(of path: FieldPath, in type: Object.Type) -> String {
        guard case .field(let name)? = path.steps.last else { return "" }
        let known = Set(fields(of: type).names(in: FieldPath(path.steps.dropLast())))
        let written = node.keys(at: path.steps.dropLast()[...]).filter { !known.contains($0) }
        return Spelling.closest(to: name, among: written).map { ", found \($0)" } ?? ""
    }
}

extension YAMLNode {
    /// The keys of the mapping at a path.
    fileprivate func keys(at steps: ArraySlice<FieldPath.Step>) -> [String] {
        switch (steps.first, content) {
        case (nil, .mapping(let entries)): return entries.compactMap { try? $0.key.keyText(file: "") }
        case (.field(let name), .mapping(let entries)):
            let entry = entries.first { entry in (try? entry.key.keyText(file: "")) == name }
            return entry?.value.keys(at: steps.dropFirst()) ?? []
        case (.index(let index), .sequence(let items)) where items.indices.contains(index):
            return items[index].keys(at: steps.dropFirst())
        default: return []
        }
    }

    /// Where the key of a field stands.
    func keyPosition(of steps: ArraySlice<FieldPath.Step>) -> SourcePosition {
        guard let step = steps.first else { return position }
        switch (step, content) {
        case (.field(let name), .mapping(let entries)):
            let entry = entries.first { entry in (try? entry.key.keyText(file: "")) == name }
            guard let entry else { return position }
            return steps.count == 1 ? entry.key.position : entry.value.keyPosition(of: steps.dropFirst())
        case (.index(let index), .sequence(let items)) where items.indices.contains(index):
            return items[index].keyPosition(of: steps.dropFirst())
        default:
            return position
        }
    }
}
