/// Reads JSON text (RFC 8259) into a tree and remembers what the tree does not show: keys written twice.
///
/// Integers stay integers as they are written, and the last of equal keys wins, as in Kubernetes.
package struct JSONReader {
    /// What was wrong with the text, and where.
    package struct Fault: Error, Hashable, Sendable {
        /// In the words of the API server.
        package let message: String
        /// The byte at which reading ended.
        package let offset: Int
    }

    /// Paths of keys that occurred more than once in one object.
    private var duplicateFields: [FieldPath] = []
    private let bytes: [UInt8]
    private let unwanted: [String]
    private var offset = 0
    private var path = FieldPath()
    private static let deepestNesting = 512

    private init(bytes: [UInt8], leavingOut unwanted: [String]) {
        self.bytes = bytes
        self.unwanted = unwanted
    }

    /// Reads one value that fills the text; returns it with the duplicate keys.
    ///
    /// Members of the names `leavingOut` are passed over, in every object: their values are not kept, and only looked at as
    /// far as it takes to find their ends.
    package static func read(
        _ bytes: [UInt8],
        leavingOut unwanted: [String] = []
    ) throws(Fault) -> (value: JSONValue, duplicates: [FieldPath]) {
        var reader = JSONReader(bytes: bytes, leavingOut: unwanted)
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
        members.reserveCapacity(8)
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fault("looking for beginning of object key string") }
            let key = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw fault("expected ':' after object key") }
            offset += 1
            if unwanted.contains(key) {
                try pass()
            } else {
                path.steps.append(.field(key))
                if members.updateValue(try value(depth: depth + 1), forKey: key) != nil { duplicateFields.append(path) }
                path.steps.removeLast()
            }
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
            path.steps.append(.index(elements.count))
            elements.append(try value(depth: depth + 1))
            path.steps.removeLast()
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

    /// Goes to the end of a value without keeping it.
    private mutating func pass() throws(Fault) {
        var nesting = 0
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""): try passString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                nesting += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The end of the object that the value stands in.
                if nesting == 0 { return }
                nesting -= 1
                offset += 1
            case UInt8(ascii: ",") where nesting == 0: return
            default: offset += 1
            }
        }
        throw fault("unexpected end of JSON input")
    }

    private mutating func passString() throws(Fault) {
        offset += 1
        while let byte = current {
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw fault("unexpected end of JSON input")
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = offset
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let first = offset
        var magnitude: UInt64? = 0
        while let digit = digit() {
            let (product, isTooLarge) = (magnitude ?? .max).multipliedReportingOverflow(by: 10)
            let (sum, isTooMuch) = product.addingReportingOverflow(UInt64(digit))
            magnitude = isTooLarge || isTooMuch ? nil : sum
        }
        guard offset > first, bytes[first] != UInt8(ascii: "0") || offset == first + 1 else {
            offset = start
            throw fault("invalid character looking for beginning of value")
        }
        let isWhole = current.map { !".eE".utf8.contains($0) } ?? true
        if isWhole, let magnitude {
            if let integer = isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude) {
                return .integer(integer)
            }
        }
        try passFraction()
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            offset = start
            throw fault("invalid character looking for beginning of value")
        }
        return .number(number)
    }

    /// The digits behind a point and of an exponent, if there are any.
    private mutating func passFraction() throws(Fault) {
        if current == UInt8(ascii: ".") {
            offset += 1
            guard digit() != nil else { throw fault("invalid character after decimal point in numeric literal") }
            while digit() != nil {}
        }
        guard current == UInt8(ascii: "e") || current == UInt8(ascii: "E") else { return }
        offset += 1
        if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
        guard digit() != nil else { throw fault("invalid character in exponent of numeric literal") }
        while digit() != nil {}
    }

    private mutating func digit() -> UInt8? {
        guard let byte = current, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
        offset += 1
        return byte - UInt8(ascii: "0")
    }

    private mutating func string() throws(Fault) -> String {
        offset += 1
        let start = offset
        var bits: UInt8 = 0
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            bits |= byte
            offset += 1
        }
        guard current == UInt8(ascii: "\"") else { return try escapedString(from: start) }
        defer { offset += 1 }
        // Nearly all text is ASCII, which is always well formed.
        return bits < 0x80 ? String(decoding: bytes[start..<offset], as: UTF8.self) : try text(bytes[start..<offset])
    }

    private func text(_ bytes: some Sequence<UInt8>) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("invalid UTF-8 in string") }
        return text
    }

    private mutating func escapedString(from start: Int) throws(Fault) -> String {
        var unescaped = Array(bytes[start..<offset])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try text(unescaped)
            case UInt8(ascii: "\\"):
                offset += 1
                unescaped.append(contentsOf: try escape())
            case 0..<0x20:
                throw fault("invalid control character in string literal")
            default:
                unescaped.append(byte)
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
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("invalid character in \\u hexadecimal character escape")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
