/// Decodes values from a JSON tree.
///
/// The decoder that reads text loses the place of a number that does not fit; this one names the field of every fault,
/// so it is what manifests and diagnostics go through. It is an object since it is passed on as a protocol's value, each of
/// which would be a copy on the heap.
final class JSONTreeDecoder: Decoder {
    let value: JSONValue
    private let place: JSONPathNode
    /// Who writes down which fields are asked for.
    private let notes: KnownFields?
    var codingPath: [any CodingKey] { place.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: JSONValue, at place: JSONPathNode = .root, notes: KnownFields? = nil) {
        self.value = value
        self.place = place
        self.notes = notes
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch([String: JSONValue].self) }
        return KeyedDecodingContainer(JSONTreeKeyedContainer(members, node: JSONTreeNode(place), notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self) }
        return JSONTreeUnkeyedContainer(elements: elements, node: JSONTreeNode(place), notes: notes)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        self
    }

    func mismatch(_ type: any Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "found \(value.typeName)")
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension JSONTreeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let truth) = value else { throw mismatch(type) }
        return truth
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let text) = value else { throw mismatch(type) }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .null, .bool, .string, .array, .object: throw mismatch(type)
        }
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if Value.self == JSONValue.self, let value = value as? Value { return value }
        // What most of an object is made of; whatever else they hold is left to the general way, which names the fault.
        if notes == nil, Value.self == [String: String].self, let texts = value.texts as? Value { return texts }
        return try Value(from: self)
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let wide = value.integer else {
            // An integer beyond 64 signed bits is kept as a number.
            if case .number(let number) = value, let exact = Number(exactly: number) { return exact }
            throw mismatch(type)
        }
        guard let number = Number(exactly: wide) else { throw mismatch(type) }
        return number
    }
}

extension JSONValue {
    /// The members when this is an object of texts alone.
    fileprivate var texts: [String: String]? {
        guard case .object(let members) = self else { return nil }
        var texts: [String: String] = [:]
        texts.reserveCapacity(members.count)
        for (key, member) in members {
            guard case .string(let text) = member else { return nil }
            texts[key] = text
        }
        return texts
    }
}

/// The members of an object.
private struct JSONTreeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let node: JSONTreeNode
    let notes: KnownFields?
    private let asked: AskedObject?

    init(_ members: [String: JSONValue], node: JSONTreeNode, notes: KnownFields?) {
        self.members = members
        self.node = node
        self.notes = notes
        asked = notes?.open(members, at: node)
    }

    var codingPath: [any CodingKey] { node.place.path }

    var allKeys: [Key] { members.keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool {
        asked?.note(key.stringValue)
        return members[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).value.isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder(key).decode(type)
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key).decode(type) }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try present(key)?.decode(type)
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try present(key)?.decode(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { JSONTreeDecoder(.object(members), at: node.place, notes: notes) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    /// What decodes a member; nil when it is absent or null.
    private func present(_ key: Key) -> JSONTreeDecoder? {
        asked?.note(key.stringValue)
        guard let value = members[key.stringValue], !value.isNull else { return nil }
        return JSONTreeDecoder(value, at: .key(node, key), notes: notes)
    }

    private func decoder(_ key: Key) throws -> JSONTreeDecoder {
        asked?.note(key.stringValue)
        guard let value = members[key.stringValue] else {
            let context = DecodingError.Context(codingPath: codingPath, debugDescription: "missing required field")
            throw DecodingError.keyNotFound(key, context)
        }
        return JSONTreeDecoder(value, at: .key(node, key), notes: notes)
    }
}

/// The elements of a list, read one after another.
private struct JSONTreeUnkeyedContainer: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let node: JSONTreeNode
    let notes: KnownFields?
    private(set) var currentIndex = 0

    init(elements: [JSONValue], node: JSONTreeNode, notes: KnownFields?) {
        self.elements = elements
        self.node = node
        self.notes = notes
    }

    var codingPath: [any CodingKey] { node.place.path }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try current().value.isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try current().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested>
    {
        let container = try current().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try current().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try current()
        currentIndex += 1
        return decoder
    }

    private func current() throws -> JSONTreeDecoder {
        let place = JSONPathNode.index(node, currentIndex)
        guard elements.indices.contains(currentIndex) else {
            let context = DecodingError.Context(codingPath: place.path, debugDescription: "the list ends before")
            throw DecodingError.valueNotFound(JSONValue.self, context)
        }
        return JSONTreeDecoder(elements[currentIndex], at: place, notes: notes)
    }
}

/// Where a value stands in a tree; spelled out only for errors.
enum JSONPathNode {
    case root
    case key(JSONTreeNode, any CodingKey)
    case index(JSONTreeNode, Int)

    /// The steps that lead here.
    var path: [any CodingKey] {
        switch self {
        case .root: []
        case .key(let node, let key): node.place.path + [key]
        case .index(let node, let index): node.place.path + [JSONTreeKey(index: index)]
        }
    }
}

/// The place of a container, which those of all its members share.
final class JSONTreeNode {
    let place: JSONPathNode

    init(_ place: JSONPathNode) {
        self.place = place
    }

    /// Whether it is the whole.
    var isRoot: Bool {
        if case .root = place { true } else { false }
    }
}
