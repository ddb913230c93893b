import KubeJSON
import KubeModel
import KubeYAML

/// The objects of a directory's files, taken together; knows nothing of disks or stores.
///
/// It keeps the texts, which are small, and not what is read from them: a file is read again in the rare case that one of its
/// objects comes to count because another file gave it up.
struct ManifestIndex: Sendable {
    /// An object by kind and name.
    struct Name: Hashable, Sendable {
        /// The kind's place in the list of kinds.
        var type: Int
        var key: ObjectKey
    }

    /// An object that stands in a file.
    private struct Claim {
        var file: String
        /// Its place among the file's objects.
        var index: Int
        var position: SourcePosition
        var reference: ObjectReference
    }

    private struct File {
        /// The text that the objects are from.
        var text = ""
        var names: Set<Name> = []
        var isGone = false
    }

    /// The manifests that count from now on, nil for objects that are gone.
    typealias Changes = [Name: ManifestObject?]

    private let types: [ResourceType]
    private var files: [String: File] = [:]
    /// Who states an object, the one that counts first.
    private var claims: [Name: [Claim]] = [:]
    private var faults: [String: [Diagnostic]] = [:]
    private var repetitions: [Name: [Diagnostic]] = [:]

    /// A world of some kinds; others are left out, and named if their group is one of ours.
    init(of types: [ResourceType]) {
        self.types = types
    }

    /// What is wrong with the files, in no order.
    var diagnostics: [Diagnostic] { faults.values.flatMap { $0 } + repetitions.values.flatMap { $0 } }

    /// Takes a file's new text.
    ///
    /// A text with a malformed document leaves the file's last good objects in place, since what is missing from it may
    /// be what the malformed part meant to say.
    mutating func update(_ name: String, text: String) -> Changes {
        let reader = ManifestReader(text: text, file: name)
        var file = files[name] ?? File()
        let wasGone = file.isGone
        file.isGone = false
        faults[name] = reader.diagnostics.isEmpty ? nil : reader.diagnostics
        guard reader.diagnostics.isEmpty || file.names.isEmpty else {
            files[name] = file
            return wasGone ? recount(file.names, after: counting(file.names)) : [:]
        }
        let before = file.names
        let counting = counting(before)
        for place in before { claims[place]?.removeAll { $0.file == name } }
        file.text = text
        file.names = []
        for (index, object) in reader.objects.enumerated() {
            guard let place = place(of: object) else {
                if let diagnostic = unread(object) { faults[name, default: []].append(diagnostic) }
                continue
            }
            file.names.insert(place)
            claims[place, default: []].append(
                Claim(file: name, index: index, position: object.position, reference: object.reference)
            )
        }
        files[name] = file
        return recount(before.union(file.names), after: counting, read: [name: reader.objects])
    }

    /// Notes that a file is gone: its objects stand until it is removed, unless another file states them.
    mutating func miss(_ name: String) -> Changes {
        guard files[name] != nil else {
            faults[name] = nil
            return [:]
        }
        let names = files[name]?.names ?? []
        let counting = counting(names)
        files[name]?.isGone = true
        return recount(names, after: counting)
    }

    /// Takes a file and its objects away, unless it has come back.
    mutating func remove(ifGone name: String) -> Changes {
        guard let file = files[name], file.isGone else { return [:] }
        files[name] = nil
        faults[name] = nil
        let counting = counting(file.names)
        for place in file.names { claims[place]?.removeAll { $0.file == name } }
        return recount(file.names, after: counting)
    }

    /// Notes that a file cannot be read; its last good objects stay.
    mutating func reject(_ name: String, _ why: String) {
        faults[name] = [
            Diagnostic(
                severity: .error,
                reason: ReasonCode.invalidManifest,
                message: why,
                file: name
            )
        ]
    }

    /// Finds out which of the claims to some objects count, and reads their manifests.
    ///
    /// The first of equal names counts, by file and line; a file that is gone gives way to any other.
    private mutating func recount(
        _ names: Set<Name>,
        after counting: [Name: String],
        read fresh: [String: [ManifestObject]] = [:]
    ) -> Changes {
        var read = fresh
        var changes: Changes = [:]
        for name in names {
            var present = claims[name] ?? []
            if present.count > 1 {
                present.sort { left, right in
                    let (leftIsGone, rightIsGone) = (isGone(left), isGone(right))
                    if leftIsGone != rightIsGone { return rightIsGone }
                    return (left.file, left.index) < (right.file, right.index)
                }
            }
            claims[name] = present.isEmpty ? nil : present
            let others = present.dropFirst().filter { !isGone($0) }
            repetitions[name] = others.isEmpty ? nil : others.map { repetition($0, of: present[0]) }
            guard let first = present.first else {
                changes[name] = .some(nil)
                continue
            }
            guard fresh[first.file] != nil || counting[name] != first.file else { continue }
            if read[first.file] == nil, let text = files[first.file]?.text {
                read[first.file] = ManifestReader(text: text, file: first.file).objects
            }
            if let objects = read[first.file], objects.indices.contains(first.index) {
                changes[name] = objects[first.index]
            }
        }
        return changes
    }

    /// The files whose claims count.
    private func counting(_ names: Set<Name>) -> [Name: String] {
        var files: [Name: String] = [:]
        for name in names { files[name] = claims[name]?.first?.file }
        return files
    }

    private func isGone(_ claim: Claim) -> Bool { files[claim.file]?.isGone ?? true }

    private func place(of object: ManifestObject) -> Name? {
        let type = types.firstIndex { $0.isWritten(object.apiVersion, object.kind) }
        return type.map { Name(type: $0, key: object.clusterKey(of: types[$0])) }
    }

    private func repetition(_ claim: Claim, of first: Claim) -> Diagnostic {
        Diagnostic(
            severity: .error,
            reason: ReasonCode.duplicateObject,
            object: claim.reference,
            message: "stands already at \(first.file):\(first.position.line), expected once; this one has no effect",
            file: claim.file,
            line: claim.position.line,
            column: claim.position.column
        )
    }

    /// A kind of a known group in another version has no effect, which is hardly what was meant.
    private func unread(_ object: ManifestObject) -> Diagnostic? {
        guard let other = types.first(where: { $0.kind == object.kind }),
            let slash = object.apiVersion.firstIndex(of: "/"),
            object.apiVersion[..<slash] == other.group[...]
        else { return nil }
        return object.diagnostic(
            reason: ReasonCode.invalidManifest,
            field: "apiVersion",
            message: "expected \(other.apiVersion), found \(object.apiVersion)"
        )
    }
}
