import KubeJSON
import KubeModel

/// Says which object a JSON text is about while the text passes by, and keeps nothing of what makes it long.
struct ObjectOutline: Sendable {
    /// The type of the watch event that the object is in.
    private(set) var event: String?
    private var metadata: [String: JSONValue] = [:]

    /// The members on the way to the object, none when the text is the object.
    private let base: [String]
    /// The objects and lists that are open, as far down as anything is looked for.
    private var open: [Container] = []
    /// How many more are open below those.
    private var deeper = 0
    private var token: [UInt8] = []
    private var isInString = false
    private var isEscaped = false
    private var isInNumber = false

    private struct Container {
        let isObject: Bool
        var key: String?
        /// Whether the next string is a key.
        var awaitsKey: Bool
    }

    /// Names are shorter by far; a longer value is none of those that are looked for.
    private static let longestToken = 512
    private static let fields: Set<String> = ["name", "namespace", "resourceVersion", "generation"]

    /// The text of an object.
    static let object = ObjectOutline(base: [])
    /// The text of a watch event.
    static let event = ObjectOutline(base: ["object"])

    private init(base: [String]) {
        self.base = base
    }

    /// Namespace and name, once they have passed.
    var key: ObjectKey? {
        guard let name = metadata["name"]?.string, !name.isEmpty else { return nil }
        return ObjectKey(namespace: metadata["namespace"]?.string, name: name)
    }

    /// What is known of the object.
    var json: JSONValue { ["metadata": .object(metadata)] }

    /// Takes more of the text.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if isInString, !isEscaped, !isKept {
                // What makes a text long is in its strings.
                while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
                    index += 1
                }
                guard index < bytes.endIndex else { return }
            }
            if isInString {
                inString(bytes[index])
            } else {
                outside(bytes[index])
            }
            index += 1
        }
    }

    /// Whether more of the string at hand is kept.
    private var isKept: Bool { isShallow && token.count <= Self.longestToken }

    /// Whether anything here can be one of the fields.
    private var isShallow: Bool { deeper == 0 }

    private mutating func inString(_ byte: UInt8) {
        if byte == UInt8(ascii: "\""), !isEscaped {
            isInString = false
            endString()
            return
        }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        if isKept { token.append(byte) }
    }

    private mutating func outside(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            isEscaped = false
            token = []
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if isShallow, open.count < base.count + 2 {
                let isObject = byte == UInt8(ascii: "{")
                open.append(Container(isObject: isObject, awaitsKey: isObject))
            } else {
                deeper += 1
            }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            endNumber()
            if deeper > 0 {
                deeper -= 1
            } else {
                _ = open.popLast()
            }
        case UInt8(ascii: ","):
            endNumber()
            if isShallow, let last = open.indices.last { open[last].awaitsKey = open[last].isObject }
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard isShallow else { return }
            if !isInNumber { token = [] }
            isInNumber = true
            if token.count <= Self.longestToken { token.append(byte) }
        default: break
        }
    }

    private mutating func endString() {
        guard isShallow, let last = open.indices.last, token.count <= Self.longestToken else { return }
        let quote = UInt8(ascii: "\"")
        let text = (try? JSON.read([quote] + token + [quote]))?.string
        if open[last].awaitsKey {
            open[last].key = text
            open[last].awaitsKey = false
        } else if let text {
            note(.string(text))
        }
    }

    private mutating func endNumber() {
        guard isInNumber else { return }
        isInNumber = false
        if let number = Int64(String(decoding: token, as: UTF8.self)) { note(.integer(number)) }
    }

    private mutating func note(_ value: JSONValue) {
        let path = open.map { $0.isObject ? $0.key ?? "" : "" }
        if path == base + ["metadata", path.last ?? ""], let field = path.last, Self.fields.contains(field) {
            metadata[field] = value
        } else if path == ["type"], !base.isEmpty {
            event = value.string
        }
    }
}
