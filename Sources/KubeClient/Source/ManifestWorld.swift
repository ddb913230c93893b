import KubeModel
import KubeYAML

/// The objects of a directory's files, taken together; knows nothing of disks or stores.
struct ManifestWorld: Sendable {
    private struct File {
        var objects: [ManifestObject] = []
        var diagnostics: [Diagnostic] = []
    }

    private var files: [String: File] = [:]

    /// Takes a file's new text.
    ///
    /// A text with a malformed document leaves the file's last good objects in place, since what is missing from it may
    /// be what the malformed part meant to say.
    mutating func update(_ name: String, text: String) {
        let reader = ManifestReader(text: text, file: name)
        var file = files[name] ?? File()
        if reader.diagnostics.isEmpty || file.objects.isEmpty { file.objects = reader.objects }
        file.diagnostics = reader.diagnostics
        files[name] = file
    }

    /// Takes a file and its objects away.
    mutating func remove(_ name: String) {
        files[name] = nil
    }

    /// Notes that a file cannot be read; its last good objects stay.
    mutating func reject(_ name: String) {
        files[name, default: File()].diagnostics = [
            Diagnostic(
                severity: .error,
                reason: ManifestReason.invalidManifest,
                message: "the file cannot be read",
                file: name
            )
        ]
    }

    /// The manifests of each kind in the order of files and lines, and what is wrong with the files.
    ///
    /// - Parameter types: The kinds that are wanted; others are left out, and named if their group is one of ours.
    /// - Returns: For each of `types` its manifests, the first of equal names alone.
    func objects(of types: [ResourceType]) -> (objects: [[ManifestObject]], diagnostics: [Diagnostic]) {
        var result = types.map { _ in [ManifestObject]() }
        var diagnostics: [Diagnostic] = []
        var places: [ObjectReference: ManifestObject] = [:]
        for (_, file) in files.sorted(by: { $0.key < $1.key }) {
            diagnostics += file.diagnostics
            for object in file.objects {
                let index = types.firstIndex { $0.kind == object.kind && $0.apiVersion == object.apiVersion }
                guard let index else {
                    if let diagnostic = Self.unread(object, types) { diagnostics.append(diagnostic) }
                    continue
                }
                let key = object.clusterKey(of: types[index])
                let name = ObjectReference(kind: object.kind, namespace: key.namespace, name: key.name)
                if let first = places[name] {
                    diagnostics.append(Self.duplicate(object, of: first))
                } else {
                    places[name] = object
                    result[index].append(object)
                }
            }
        }
        return (result, diagnostics)
    }

    private static func duplicate(_ object: ManifestObject, of first: ManifestObject) -> Diagnostic {
        object.diagnostic(
            reason: ManifestReason.duplicateObject,
            field: nil,
            message: "stands already at \(first.file):\(first.position.line), expected once; this one has no effect"
        )
    }

    /// A kind of a known group in another version has no effect, which is hardly what was meant.
    private static func unread(_ object: ManifestObject, _ types: [ResourceType]) -> Diagnostic? {
        guard let other = types.first(where: { $0.kind == object.kind }),
            let slash = object.apiVersion.firstIndex(of: "/"),
            object.apiVersion[..<slash] == other.group[...]
        else { return nil }
        return object.diagnostic(
            reason: ManifestReason.invalidManifest,
            field: "apiVersion",
            message: "expected \(other.apiVersion), found \(object.apiVersion)"
        )
    }
}
