package import KubeJSON
package import KubeModel

/// One object of a manifest file, its kind known and its fields not yet.
package struct ManifestObject: Hashable, Sendable {
    /// The file as the caller named it.
    package let file: String
    /// The object's part of the document.
    package let node: YAMLNode
    /// The object as Kubernetes would read it, with `apiVersion` and `kind`.
    package let json: JSONValue
    /// `group/version`.
    package let apiVersion: String
    package let kind: String
    /// The namespace, if one is written.
    package let namespace: String?
    package let name: String

    package var reference: ObjectReference { ObjectReference(kind: kind, namespace: namespace, name: name) }

    /// Where the object begins.
    package var position: SourcePosition { node.position }

    /// Where a field stands, or the nearest thing around it that is written.
    package func position(of path: FieldPath) -> SourcePosition {
        node.position(of: path.steps[...])
    }

    /// States a finding about a field of this object, with its place in the file.
    package func diagnostic(
        _ severity: Diagnostic.Severity = .error,
        reason: ReasonCode = .invalidField,
        field: FieldPath?,
        message: String
    ) -> Diagnostic {
        let position = field.map { self.position(of: $0) } ?? position
        return Diagnostic(
            severity: severity,
            reason: reason,
            object: reference,
            field: field,
            message: message,
            file: file,
            line: position.line,
            column: position.column
        )
    }
}

/// The reasons of findings about manifests.
extension ReasonCode {
    /// The text is not YAML or JSON that Kubernetes reads.
    package static let invalidManifest = ReasonCode("InvalidManifest")
    /// A field has the wrong type or value, or is missing.
    package static let invalidField = ReasonCode("InvalidField")
    /// A field that the kind does not have.
    package static let unknownField = ReasonCode("UnknownField")
    /// The same object twice.
    package static let duplicateObject = ReasonCode("DuplicateObject")
    /// More text than is read of one object.
    package static let tooLong = ReasonCode("TooLong")
}
