import PlainText

/// Writes a tree as JSON text with keys in order, so that the same value is always the same bytes.
package struct JSONWriter {
    /// How the text is laid out.
    package struct Style: Sendable {
        /// Spaces for each level, with every member and element on a line of its own; `nil` writes one line without spaces.
        package var indentation: Int?
        /// Keys that come first in every object that has them, in this order; all others follow sorted.
        package var leadingKeys: [String]
        /// Whether characters that act on whoever reads the text are escaped too, although JSON does not ask for it: what
        /// moves a terminal's cursor, and what turns the direction of text.
        package var escapesFormats: Bool

        package init(indentation: Int? = nil, leadingKeys: [String] = [], escapesFormats: Bool = false) {
            self.indentation = indentation
            self.leadingKeys = leadingKeys
            self.escapesFormats = escapesFormats
        }
    }

    private var bytes: [UInt8] = []
    private let style: Style

    private init(style: Style) {
        self.style = style
        bytes.reserveCapacity(512)
    }

    /// The text of one value, without a line break at its end.
    package static func bytes(_ value: JSONValue, style: Style = Style()) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(value, level: 0)
        return writer.bytes
    }

    /// The text of one value as a string, without a line break at its end.
    package static func text(_ value: JSONValue, style: Style = Style()) -> String {
        String(decoding: bytes(value, style: style), as: UTF8.self)
    }

    private mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: write("null")
        case .bool(let truth): write(truth ? "true" : "false")
        case .integer(let integer): bytes.append(contentsOf: integer.description.utf8)
        // JSON has no infinities; none can be read, so none can be stored.
        case .number(let number): bytes.append(contentsOf: number.isFinite ? number.description.utf8 : "null".utf8)
        case .string(let text): write(quoted: text)
        case .array(let elements):
            write("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { write(",") }
                breakLine(level + 1)
                write(element, level: level + 1)
            }
            if !elements.isEmpty { breakLine(level) }
            write("]")
        case .object(let members):
            write("{")
            for (index, member) in inOrder(members).enumerated() {
                if index > 0 { write(",") }
                breakLine(level + 1)
                write(quoted: member.key)
                write(style.indentation == nil ? ":" : ": ")
                write(member.value, level: level + 1)
            }
            if !members.isEmpty { breakLine(level) }
            write("}")
        }
    }

    private func inOrder(_ members: [String: JSONValue]) -> [(key: String, value: JSONValue)] {
        guard !style.leadingKeys.isEmpty else { return members.sorted { $0.key < $1.key } }
        let leading = style.leadingKeys.compactMap { key in members[key].map { (key: key, value: $0) } }
        return leading + members.filter { !style.leadingKeys.contains($0.key) }.sorted { $0.key < $1.key }
    }

    private mutating func write(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func breakLine(_ level: Int) {
        guard let indentation = style.indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * indentation))
    }

    private mutating func write(quoted text: String) {
        write("\"")
        // All that acts on a reader and is not below 0x20 lies above the printable part of ASCII.
        let last: UInt8 = style.escapesFormats ? 0x7E : .max
        var text = text
        let isPlain = text.withUTF8 { octets in
            guard
                octets.allSatisfy({
                    $0 >= 0x20 && $0 <= last && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
                })
            else { return false }
            bytes.append(contentsOf: octets)
            return true
        }
        if !isPlain {
            for scalar in text.unicodeScalars { write(escaped: scalar) }
        }
        write("\"")
    }

    private mutating func write(escaped scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": write("\\\"")
        case "\\": write("\\\\")
        case "\u{8}": write("\\b")
        case "\t": write("\\t")
        case "\n": write("\\n")
        case "\u{C}": write("\\f")
        case "\r": write("\\r")
        case _ where scalar.value < 0x20 || style.escapesFormats && scalar.actsOnReader:
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                let digits = String(unit, radix: 16)
                write("\\u")
                bytes.append(contentsOf: (String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            }
        default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
