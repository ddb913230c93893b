package import KubeModel
import PlainText

extension JSONValue {
    /// The value as JSON the way kubectl prints it: four spaces a level, keys in order, a line break at the end.
    package var jsonText: String {
        var writer = JSONTextWriter()
        writer.write(self, level: 0)
        writer.write("\n")
        return writer.text
    }
}

/// Writes JSON text octet by octet, which is what a document of many thousand routes has time for.
private struct JSONTextWriter {
    private var octets: [UInt8] = []

    var text: String { String(decoding: octets, as: UTF8.self) }

    mutating func write(_ text: StaticString) {
        text.withUTF8Buffer { octets.append(contentsOf: $0) }
    }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .array(let items) where !items.isEmpty:
            write("[")
            for (index, item) in items.enumerated() {
                if index > 0 { write(",") }
                breakLine(level + 1)
                write(item, level: level + 1)
            }
            breakLine(level)
            write("]")
        case .object(let fields) where !fields.isEmpty:
            write("{")
            for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { write(",") }
                breakLine(level + 1)
                writeQuoted(field.key)
                write(": ")
                write(field.value, level: level + 1)
            }
            breakLine(level)
            write("}")
        case .null: write("null")
        case .bool(true): write("true")
        case .bool(false): write("false")
        case .integer(let number): octets.append(contentsOf: String(number).utf8)
        // JSON has no name for infinity and what is no number.
        case .number(let number): octets.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case .string(let string): writeQuoted(string)
        case .array: write("[]")
        case .object: write("{}")
        }
    }

    private mutating func breakLine(_ level: Int) {
        octets.append(UInt8(ascii: "\n"))
        octets.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 4))
    }

    /// The text between quotation marks, with the escapes of JSON.
    private mutating func writeQuoted(_ string: String) {
        write("\"")
        let isPlain = string.utf8.allSatisfy { octet in
            octet >= 0x20 && octet < 0x7F && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
        }
        if isPlain {
            octets.append(contentsOf: string.utf8)
        } else {
            for scalar in string.unicodeScalars { writeEscaped(scalar) }
        }
        write("\"")
    }

    private mutating func writeEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": write("\\\"")
        case "\\": write("\\\\")
        case "\n": write("\\n")
        case "\r": write("\\r")
        case "\t": write("\\t")
        case _ where scalar.actsOnReader:
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                write("\\u")
                octets.append(contentsOf: (String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            }
        default: octets.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
