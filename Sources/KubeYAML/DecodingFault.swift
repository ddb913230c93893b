package import KubeJSON
import KubeModel

/// A decoding error in words: which field, what was expected, what was found.
package struct DecodingFault: Hashable, Sendable, Error {
    package let path: FieldPath
    /// One sentence without a full stop.
    package let message: String
    /// Whether a field is missing that has to be there.
    package let isMissing: Bool

    /// States a fault of a value that is there.
    init(_ path: FieldPath, _ message: String) {
        self.path = path
        self.message = message
        isMissing = false
    }

    /// Reads an error that decoding `json` as a tree threw.
    package init(_ error: DecodingError, in json: JSONValue?) {
        if case .keyNotFound = error { isMissing = true } else { isMissing = false }
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let path = FieldPath(context.codingPath)
            let found = json.flatMap { Self.value(at: path.steps[...], in: $0) }?.shown
            self.path = path
            message = "expected \(Self.name(of: type))" + (found.map { ", found \($0)" } ?? "")
        case .keyNotFound(let key, let context):
            path = FieldPath(context.codingPath + [key])
            message = "missing required field"
        case .dataCorrupted(let context):
            path = FieldPath(context.codingPath)
            message = Self.sentence(context.debugDescription)
        @unknown default:
            path = FieldPath()
            message = "cannot be decoded"
        }
    }

    /// The value at a path, as far as it exists.
    private static func value(at steps: ArraySlice<FieldPath.Step>, in json: JSONValue) -> JSONValue? {
        guard let step = steps.first else { return json }
        switch step {
        case .field(let name): return json[name].flatMap { value(at: steps.dropFirst(), in: $0) }
        case .index(let index): return json[index].flatMap { value(at: steps.dropFirst(), in: $0) }
        }
    }

    /// Our types say what they expected; only the text decoder is talkative.
    private static func sentence(_ description: String) -> String {
        var text = description.split(separator: "\n").first.map(String.init) ?? "cannot be decoded"
        while text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static let integers: [(name: String, range: String)] = [
        ("UInt16", "an integer of 0 to \(UInt16.max)"), ("UInt32", "an integer of 0 to \(UInt32.max)"),
        ("UInt64", "an integer of 0 or more"), ("UInt8", "an integer of 0 to \(UInt8.max)"),
        ("Int16", "an integer of \(Int16.min) to \(Int16.max)"),
        ("Int32", "an integer of \(Int32.min) to \(Int32.max)"),
        ("Int64", "an integer of 64 bits"), ("Int8", "an integer of \(Int8.min) to \(Int8.max)"),
        ("UInt", "an integer of 0 or more"), ("Int", "an integer"),
    ]

    private static func name(of type: any Any.Type) -> String {
        let name = String(describing: type)
        if name.hasPrefix("Array") || name.hasPrefix("Set") { return "a list" }
        if name.hasPrefix("Dictionary") { return "an object" }
        switch name {
        case "String": return "a string"
        case "Bool": return "true or false"
        case "Double", "Float": return "a number"
        default: break
        }
        if let integer = integers.first(where: { $0.name == name }) { return integer.range }
        return "another type"
    }
}
