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
            let object = try JSON.decode(type, from: json)
            guard strict else { return (object, []) }
            let unknown = UnknownFields.find(in: json, comparedWith: try object.manifest())
            guard !unknown.isEmpty else { return (object, []) }
            return (nil, unknown.map { diagnostic(unknownField: $0) })
        } catch let error as DecodingError {
            let fault = DecodingFault(error, in: json)
            return (nil, [diagnostic(field: fault.path, message: fault.message)])
        } catch {
            return (nil, [diagnostic(field: nil, message: "cannot be decoded")])
        }
    }

    private func diagnostic(unknownField path: FieldPath) -> Diagnostic {
        let parent = FieldPath(path.steps.dropLast())
        let position = node.keyPosition(of: path.steps[...])
        let place = parent.steps.isEmpty ? kind : parent.description
        return Diagnostic(
            severity: .error,
            reason: ManifestReason.unknownField,
            object: reference,
            field: path,
            message: "unknown field, expected one that \(place) has",
            file: file,
            line: position.line,
            column: position.column
        )
    }
}

extension YAMLNode {
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
