import KubeJSON
import KubeModel

extension StructuralSchema {
    /// Removes every field the schema does not name and notes its path.
    func pruned(_ value: JSONValue, at path: FieldPath = FieldPath(), unknown: inout [FieldPath]) -> JSONValue {
        switch value {
        case .object(let members):
            var kept: [String: JSONValue] = [:]
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                if let schema = member(name) {
                    kept[name] = schema.pruned(value, at: path.field(name), unknown: &unknown)
                } else if preservesUnknownFields || (isEmbeddedResource && Self.typeMetaNames.contains(name)) {
                    kept[name] = value
                } else {
                    unknown.append(path.field(name))
                }
            }
            return .object(kept)
        case .array(let elements):
            guard let items else { return value }
            return .array(
                elements.enumerated().map { items.pruned($1, at: path.index($0), unknown: &unknown) }
            )
        default:
            return value
        }
    }

    private static let typeMetaNames: Set = ["apiVersion", "kind", "metadata"]
}
