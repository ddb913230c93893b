package import KubeJSON
import KubeModel

/// Fields of a source that a type dropped when it decoded it.
///
/// What comes back when the object is encoded again is what the type knows. Nulls and empty values may vanish without
/// being unknown.
package enum UnknownFields {
    /// The fields that metadata has in the API though our type does not read them (meta/v1 ObjectMeta).
    private static let metadata: Set<String> = ["managedFields", "selfLink", "deletionGracePeriodSeconds"]

    /// The unknown fields in the order of their paths.
    package static func find(in source: JSONValue, comparedWith known: JSONValue) -> [FieldPath] {
        var found: [FieldPath] = []
        collect(source, known, at: FieldPath(), into: &found)
        return found
    }

    private static func collect(
        _ source: JSONValue,
        _ known: JSONValue,
        at path: FieldPath,
        into found: inout [FieldPath]
    ) {
        switch (source, known) {
        case (.object(let members), .object(let others)):
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                if let other = others[key] {
                    collect(value, other, at: path.field(key), into: &found)
                } else if !value.isEmpty, !(path == "metadata" && metadata.contains(key)) {
                    found.append(path.field(key))
                }
            }
        case (.array(let items), .array(let others)) where items.count == others.count:
            for (index, pair) in zip(items, others).enumerated() {
                collect(pair.0, pair.1, at: path.index(index), into: &found)
            }
        default:
            break
        }
    }
}
