import KubeJSON
import KubeModel

extension StructuralSchema {
    /// The value with the schema's defaults put where nothing was given.
    ///
    /// A null that the schema does not allow is taken as not given, as the API server does.
    func defaulted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var members):
            for (name, schema) in properties {
                if members[name] == nil || (members[name] == .null && !schema.isNullable) {
                    if let value = schema.defaultValue {
                        members[name] = value
                    } else if members[name] != nil {
                        members[name] = nil
                    }
                }
            }
            for (name, value) in members {
                guard let schema = member(name) else { continue }
                members[name] = schema.defaulted(value)
            }
            return .object(members)
        case .array(let elements):
            guard let items else { return value }
            return .array(elements.map(items.defaulted))
        default:
            return value
        }
    }
}
