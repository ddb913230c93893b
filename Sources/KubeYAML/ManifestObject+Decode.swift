package import KubeJSON
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
        let decoded = inspect(type, strict: strict)
        return (decoded.object, decoded.diagnostics)
    }

    /// Decodes the object as a kind, and says everything that is wrong with it at once.
    ///
    /// `otherNames` are the names that fields have elsewhere, with what they are called here.
    package func inspect<Object: KubeObject>(
        _ type: Object.Type,
        strict: Bool,
        otherNames: [String: String] = [:]
    ) -> InspectedObject<Object> {
        if strict {
            let asked = KnownFields()
            // What the type asks for is quicker to see than what it would write, which is for the case that something is left.
            let object = try? JSON.decode(type, from: json, noting: asked)
            if let object, !asked.hasUnasked { return InspectedObject(object: object) }
        } else if let object = try? JSON.decode(type, from: json) {
            return InspectedObject(object: object)
        }
        let found = DecodingFaults(type, in: json)
        let (diagnostics, explained) = told(found.faults, type, otherNames)
        var inspected = InspectedObject<Object>(rest: found.mended?.object, mended: found.mendedPlaces)
        inspected.diagnostics = diagnostics
        if strict, let (object, json) = found.mended, let known = try? object.manifest() {
            let names = KnownFields()
            _ = try? JSON.decode(type, from: json, noting: names)
            inspected.diagnostics += UnknownFields.find(in: json, comparedWith: known)
                .filter { path in
                    // What was put in the place of a fault nobody has written.
                    !explained.contains(path) && !found.mendedPlaces.contains { path.steps.starts(with: $0.steps) }
                }
                .map { path in
                    let parent = FieldPath(path.steps.dropLast())
                    return unknownField(path, among: names.names(in: parent), otherNames: otherNames)
                }
        }
        if inspected.diagnostics.isEmpty { inspected.object = found.mended?.object }
        inspected.diagnostics.sort { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
        return inspected
    }

    /// The faults as findings, and the fields that these name as what was meant, so that nobody tells of them again.
    private func told<Object: KubeObject>(
        _ faults: [DecodingFault],
        _ type: Object.Type,
        _ otherNames: [String: String]
    ) -> (diagnostics: [Diagnostic], explained: Set<FieldPath>) {
        var explained: Set<FieldPath> = []
        let diagnostics = faults.compactMap { fault -> Diagnostic? in
            guard fault.isMissing, case .field(let name)? = fault.path.steps.last else {
                return diagnostic(field: fault.path, message: fault.message)
            }
            let parent = fault.path.steps.dropLast()
            // It is told as an unknown field that has another name here.
            if node.keys(at: parent[...]).contains(where: { otherNames[$0] == name }) { return nil }
            guard let written = misspelling(of: fault.path, in: type) else {
                return diagnostic(field: fault.path, message: fault.message)
            }
            explained.insert(FieldPath(Array(parent)).field(written))
            return diagnostic(field: fault.path, message: "\(fault.message), found \(written)")
        }
        return (diagnostics, explained)
    }

    /// The fields that a kind's type has, for the objects that are written here.
    private func fields<Object: KubeObject>(of type: Object.Type) -> KnownFields {
        let fields = KnownFields()
        _ = try? JSON.decode(type, from: json, noting: fields)
        return fields
    }

    /// A field that is not among those that its place has.
    package func unknownField(
        _ path: FieldPath,
        among names: [String],
        otherNames: [String: String] = [:],
        severity: Diagnostic.Severity = .error
    ) -> Diagnostic {
        let parent = FieldPath(path.steps.dropLast())
        let position = node.keyPosition(of: path.steps[...])
        let place = parent.steps.isEmpty ? kind : parent.description
        var message = "unknown field"
        var meant: String?
        if case .field(let name)? = path.steps.last {
            let other = otherNames[name].flatMap { names.contains($0) ? $0 : nil }
            meant = other ?? Spelling.closest(to: name, among: names)
        }
        if let meant {
            message += ", did you mean \(meant)?"
        } else if names.isEmpty {
            message += ", expected one that \(place) has"
        } else {
            message += ", \(place) has \(names.joined(separator: ", "))"
        }
        return Diagnostic(
            severity: severity,
            reason: ReasonCode.unknownField,
            object: reference,
            field: path,
            message: message,
            file: file,
            line: position.line,
            column: position.column
        )
    }

    /// What stands in the place of a missing field and reads much like it.
    private func misspelling<Object: KubeObject>(of path: FieldPath, in type: Object.Type) -> String? {
        guard case .field(let name)? = path.steps.last else { return nil }
        let known = Set(fields(of: type).names(in: FieldPath(path.steps.dropLast())))
        let written = node.keys(at: path.steps.dropLast()[...]).filter { !known.contains($0) }
        return Spelling.closest(to: name, among: written)
    }
}

/// What came of reading an object as a kind.
package struct InspectedObject<Object: KubeObject>: Sendable {
    /// The object; nil when something is wrong with it.
    package fileprivate(set) var object: Object?
    /// What is wrong with it, in the order of the text.
    package fileprivate(set) var diagnostics: [Diagnostic] = []
    /// A faulty object as far as it can be read, for looking at the rest of it.
    package fileprivate(set) var rest: Object?
    /// Where `rest` is not as it is written.
    package fileprivate(set) var mended: [FieldPath] = []
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
