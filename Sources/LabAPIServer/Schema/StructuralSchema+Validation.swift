import KubeJSON
import KubeModel

extension StructuralSchema {
    /// Every rule a value breaks, in the order of the fields.
    func faults(in value: JSONValue, at path: FieldPath = FieldPath()) -> [SchemaFault] {
        if value.isNull, isNullable { return [] }
        if let fault = typeFault(in: value, at: path) { return [fault] }
        var faults: [SchemaFault] = []
        if let enumeration, !enumeration.contains(where: value.means) {
            faults.append(.unsupported(path, value, enumeration))
        }
        switch value {
        case .string(let text): faults += textFaults(in: text, at: path)
        case .integer, .number: faults += numberFaults(in: value, at: path)
        case .array(let elements): faults += listFaults(in: elements, at: path)
        case .object(let members): faults += objectFaults(in: members, at: path)
        case .null, .bool: break
        }
        return faults + combinationFaults(in: value, at: path)
    }

    private func typeFault(in value: JSONValue, at path: FieldPath) -> SchemaFault? {
        let body = "\(path.description) in body must be of type"
        if isIntOrString {
            switch value {
            case .integer, .string: return nil
            default: return .typeInvalid(path, Self.goType(value), "\(body) integer,string: \"\(value.schemaType)\"")
            }
        }
        guard let type else { return nil }
        let fits =
            switch (type, value) {
            case ("integer", .integer), ("number", .integer), ("number", .number), ("string", .string),
                ("boolean", .bool), ("array", .array), ("object", .object):
                true
            case ("integer", .number(let number)): Int64(exactly: number) != nil
            default: false
            }
        return fits ? nil : .typeInvalid(path, Self.goType(value), "\(body) \(type): \"\(value.schemaType)\"")
    }

    /// What the server prints as the value of a type error: the name of the type it met.
    private static func goType(_ value: JSONValue) -> JSONValue { .string(value.schemaType) }

    private func textFaults(in text: String, at path: FieldPath) -> [SchemaFault] {
        var faults: [SchemaFault] = []
        let value = JSONValue.string(text)
        if let most = bounds.maxLength, text.unicodeScalars.count > most {
            faults.append(
                SchemaFault(
                    path: path,
                    reason: "FieldValueTooLong",
                    message: "Too long: may not be more than \(most) bytes"
                )
            )
        }
        if let least = bounds.minLength, text.unicodeScalars.count < least {
            faults.append(.invalid(path, value, "\(path) in body should be at least \(least) chars long"))
        }
        if let pattern = bounds.pattern, !Patterns.shared.matches(text, pattern: pattern) {
            faults.append(.invalid(path, value, "\(path) in body should match '\(pattern)'"))
        }
        if let format, !TextFormat.accepts(text, format: format) {
            faults.append(.typeInvalid(path, value, "\(path) in body must be of type \(format): \"\(text)\""))
        }
        return faults
    }

    private func numberFaults(in value: JSONValue, at path: FieldPath) -> [SchemaFault] {
        guard let number = value.double else { return [] }
        var faults: [SchemaFault] = []
        if let maximum = bounds.maximum, let bound = maximum.double {
            let shown = JSONWriter.text(maximum)
            if bounds.exclusiveMaximum ? number >= bound : number > bound {
                let relation = bounds.exclusiveMaximum ? "less than" : "less than or equal to"
                faults.append(.invalid(path, value, "\(path) in body should be \(relation) \(shown)"))
            }
        }
        if let minimum = bounds.minimum, let bound = minimum.double {
            let shown = JSONWriter.text(minimum)
            if bounds.exclusiveMinimum ? number <= bound : number < bound {
                let relation = bounds.exclusiveMinimum ? "greater than" : "greater than or equal to"
                faults.append(.invalid(path, value, "\(path) in body should be \(relation) \(shown)"))
            }
        }
        if let factor = bounds.multipleOf, let divisor = factor.double, divisor > 0,
            (number / divisor).rounded() * divisor != number
        {
            faults.append(
                .invalid(path, value, "\(path) in body should be a multiple of \(JSONWriter.text(factor))")
            )
        }
        if format == "int32", let integer = value.integer, Int32(exactly: integer) == nil {
            faults.append(.invalid(path, value, "\(path) in body must be of type int32: \"\(integer)\""))
        }
        return faults
    }

    private func listFaults(in elements: [JSONValue], at path: FieldPath) -> [SchemaFault] {
        var faults: [SchemaFault] = []
        if let most = bounds.maxItems, elements.count > most {
            faults.append(
                SchemaFault(
                    path: path,
                    reason: "FieldValueTooMany",
                    message: "Too many: \(elements.count): must have at most \(most) item\(most == 1 ? "" : "s")"
                )
            )
        }
        if let least = bounds.minItems, elements.count < least {
            faults.append(
                .invalid(path, .integer(Int64(elements.count)), "\(path) in body should have at least \(least) items")
            )
        }
        if let items {
            for (index, element) in elements.enumerated() { faults += items.faults(in: element, at: path.index(index)) }
        }
        return faults + duplicateFaults(in: elements, at: path)
    }

    private func duplicateFaults(in elements: [JSONValue], at path: FieldPath) -> [SchemaFault] {
        var seen: Set<JSONValue> = []
        var faults: [SchemaFault] = []
        for (index, element) in elements.enumerated() {
            let identity: JSONValue
            switch listType {
            case .atomic where !bounds.uniqueItems: return []
            case .atomic, .set: identity = element
            case .map(let keys):
                var members: [String: JSONValue] = [:]
                for key in keys { members[key] = element[key] ?? items?.properties[key]?.defaultValue }
                identity = .object(members)
            }
            if !seen.insert(identity).inserted { faults.append(.duplicate(path.index(index), identity)) }
        }
        return faults
    }

    private func objectFaults(in members: [String: JSONValue], at path: FieldPath) -> [SchemaFault] {
        var faults: [SchemaFault] = []
        if let most = bounds.maxProperties, members.count > most {
            faults.append(
                SchemaFault(
                    path: path,
                    reason: "FieldValueTooMany",
                    message: "Too many: \(members.count): must have at most \(most) items"
                )
            )
        }
        if let least = bounds.minProperties, members.count < least {
            faults.append(
                .invalid(
                    path,
                    .integer(Int64(members.count)),
                    "\(path) in body should have at least \(least) properties"
                )
            )
        }
        for name in required where members[name] == nil { faults.append(.required(path.field(name))) }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let schema = member(name) else { continue }
            faults += schema.faults(in: value, at: path.field(name))
        }
        return faults
    }

    private func combinationFaults(in value: JSONValue, at path: FieldPath) -> [SchemaFault] {
        var faults: [SchemaFault] = allOf.flatMap { $0.faults(in: value, at: path) }
        if !anyOf.isEmpty, !anyOf.contains(where: { $0.faults(in: value, at: path).isEmpty }) {
            faults.append(.invalid(path, value, "\(path) in body must validate at least one schema (anyOf)"))
        }
        if !oneOf.isEmpty {
            let matching = oneOf.count { $0.faults(in: value, at: path).isEmpty }
            if matching != 1 {
                let found = matching == 0 ? "Found none valid" : "Found \(matching) valid alternatives"
                faults.append(
                    .invalid(path, value, "\(path) in body must validate one and only one schema (oneOf). \(found)")
                )
            }
        }
        if let not, not.faults(in: value, at: path).isEmpty {
            faults.append(.invalid(path, value, "\(path) in body must not validate the schema (not)"))
        }
        return faults
    }
}

extension JSONValue {
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The JSON Schema name of the value's type.
    var schemaType: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
