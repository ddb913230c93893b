/// The fields that a type asks for while it is decoded, which are the fields it knows.
package final class AskedFields {
    private var fields: [FieldPath: Set<String>] = [:]

    /// Nothing is asked yet.
    package init() {}

    /// The fields that were asked for in the object at a path, sorted.
    package func names(in object: FieldPath) -> [String] {
        (fields[object] ?? []).sorted()
    }

    func note(_ field: String, at codingPath: [any CodingKey]) {
        fields[FieldPath(codingPath), default: []].insert(field)
    }
}
