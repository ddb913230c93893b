import KubeModel

/// Reads JSON text into a tree and remembers what a lenient decoder would hide: keys written twice.
///
/// The server cannot use `JSONDecoder`: strict field validation must name duplicate keys, and integers must stay integers.
struct JSONReader {
    /// What was wrong with the text, and where.
    struct Fault: Error, Hashable {
        let message: String
        let offset: Int
    }

    /// Paths of keys that occurred more than once in one object.
    private(set) var duplicateFields: [FieldPath] = []
    private let bytes: [UInt8]
    private var offset = 0
    private var path = FieldPath()
    private static let deepestNesting = 512

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads one value that fills the text; returns it with the duplicate keys.
    static func read(_ bytes: [UInt8]) throws(Fault) -> (value: JSONValue, duplicates: [FieldPath]) {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.fault("invalid character after top-level value") }
        return (value, reader.duplicateFields)
    }

    private func fault(_ message: String) -> Fault { Fault(message: message, offset: offset) }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth < Self.deepestNesting else { throw fault("exceeded max depth") }
        skipSpace()
        guard let byte = current else { throw fault("unexpected end of JSON input") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        let expected = Array("\(text)".utf8)
        guard bytes.dropFirst(offset).starts(with: expected) else { throw fault("invalid literal") }
        offset += expected.count
        return value
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if current == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("looking for beginning of object key string") }
            let key = try string()
            let outer = path
            path = path.field(key)
            if members[key] != nil { duplicateFields.append(path) }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw fault("expected ':' after object key") }
            offset += 1
            members[key] = try value(depth: depth + 1)
            path = outer
            skipSpace()
            switch current {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return .object(members)
            default: throw fault("expected ',' or '}' after object member")
            }
        }
    }

    private mutating func array(depth: Int) throws(Fault) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            let outer = path
            path = path.index(elements.count)
            elements.append(try value(depth: depth + 1))
            path = outer
            skipSpace()
            switch current {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return .array(elements)
            default: throw fault("expected ',' or ']' after array element")
            }
        }
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = offset
        while let byte = current, "+-.eE0123456789".utf8.contains(byte) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if let integer = Int64(text), !text.hasPrefix("+") { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            offset = start
            throw fault("invalid character looking for beginning of value")
        }
        return .number(number)
    }

    private mutating func string() throws(Fault) -> String {
        offset += 1
        let start = offset
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if current == UInt8(ascii: "\"") {
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            offset += 1
            return text
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(Fault) -> String {
        var text = Array(bytes[start..<offset])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                text.append(contentsOf: try escape())
            case 0..<0x20:
                throw fault("invalid control character in string literal")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw fault("unexpected end of JSON input")
    }

    private mutating func escape() throws(Fault) -> [UInt8] {
        guard let byte = current else { throw fault("unexpected end of JSON input") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let unit = try hexadecimalUnit()
            guard UTF16.isLeadSurrogate(unit), current == UInt8(ascii: "\\"), offset + 1 < bytes.count,
                bytes[offset + 1] == UInt8(ascii: "u")
            else { return Array(String(decoding: [unit], as: UTF16.self).utf8) }
            offset += 2
            let second = try hexadecimalUnit()
            return Array(String(decoding: [unit, second], as: UTF16.self).utf8)
        default: throw fault("invalid character in string escape code")
        }
    }

    private mutating func hexadecimalUnit() throws(Fault) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw fault("invalid character in \\u hexadecimal character escape") }
        offset += 4
        return unit
    }
}
