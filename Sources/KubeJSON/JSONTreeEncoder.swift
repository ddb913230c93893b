/// Encodes values as a JSON tree, without text in between.
///
/// The result is what encoding as text and reading that would give: whole numbers become integers where `Int64` holds
/// them. Numbers that JSON has no form for, and integers beyond `Int64`, are refused.
final class JSONTreeEncoder: Encoder {
    private let parent: JSONTreeEncoder?
    private let key: (any CodingKey)?
    private var content: Content?

    private enum Content {
        case value(JSONValue)
        case object([String: Content])
        case array([Content])
        /// What another encoder still writes.
        case pending(JSONTreeEncoder)
    }

    /// The tree of a value; throws `EncodingError`.
    static func tree(_ value: some Encodable) throws -> JSONValue {
        let encoder = JSONTreeEncoder()
        try value.encode(to: encoder)
        return encoder.result
    }

    private init(below parent: JSONTreeEncoder? = nil, at key: (any CodingKey)? = nil) {
        self.parent = parent
        self.key = key
    }

    var codingPath: [any CodingKey] { (parent?.codingPath ?? []) + (key.map { [$0] } ?? []) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// What was written; an empty object where nothing was, as the text encoder has it.
    private var result: JSONValue { content.map(Self.value) ?? .object([:]) }

    private static func value(_ content: Content) -> JSONValue {
        switch content {
        case .value(let value): value
        case .object(let members): .object(members.mapValues(Self.value))
        case .array(let elements): .array(elements.map(Self.value))
        case .pending(let encoder): encoder.result
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object? = content {} else { content = .object([:]) }
        return KeyedEncodingContainer(Keyed(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array? = content {} else { content = .array([]) }
        return Unkeyed(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    private func set(_ value: Content, _ key: String) {
        guard case .object(var members)? = content else { return }
        // Taken out while it is changed, so that it is not copied.
        content = nil
        members[key] = value
        content = .object(members)
    }

    private func append(_ value: Content) {
        guard case .array(var elements)? = content else { return }
        content = nil
        elements.append(value)
        content = .array(elements)
    }

    private var count: Int {
        guard case .array(let elements)? = content else { return 0 }
        return elements.count
    }

    private func wrap<Value: Encodable>(_ value: Value, at key: some CodingKey) throws -> Content {
        if Value.self == JSONValue.self, let tree = value as? JSONValue { return .value(tree) }
        let encoder = JSONTreeEncoder(below: self, at: key)
        try value.encode(to: encoder)
        return encoder.content ?? .object([:])
    }

    private func number(_ value: Double, at key: (any CodingKey)?) throws -> JSONValue {
        guard value.isFinite else {
            throw refusal(of: value, at: key, "JSON has no form for \(value)")
        }
        return Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }

    /// Throws `EncodingError` for an integer beyond `Int64`, which could only be written rounded.
    private func integer(_ value: some FixedWidthInteger, at key: (any CodingKey)?) throws -> JSONValue {
        guard let integer = Int64(exactly: value) else {
            throw refusal(of: value, at: key, "an integer beyond \(Int64.max) would be rounded")
        }
        return .integer(integer)
    }

    private func refusal(of value: Any, at key: (any CodingKey)?, _ why: String) -> EncodingError {
        let path = codingPath + (key.map { [$0] } ?? [])
        return .invalidValue(value, EncodingError.Context(codingPath: path, debugDescription: why))
    }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: JSONTreeEncoder

        var codingPath: [any CodingKey] { encoder.codingPath }

        private func set(_ value: JSONValue, _ key: Key) { encoder.set(.value(value), key.stringValue) }

        func encodeNil(forKey key: Key) { set(.null, key) }
        func encode(_ value: Bool, forKey key: Key) { set(.bool(value), key) }
        func encode(_ value: String, forKey key: Key) { set(.string(value), key) }
        func encode(_ value: Double, forKey key: Key) throws { set(try encoder.number(value, at: key), key) }
        func encode(_ value: Float, forKey key: Key) throws { set(try encoder.number(Double(value), at: key), key) }
        func encode(_ value: Int, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: Int8, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: Int16, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: Int32, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: Int64, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: UInt, forKey key: Key) throws { set(try encoder.integer(value, at: key), key) }
        func encode(_ value: UInt8, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: UInt16, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: UInt32, forKey key: Key) { set(.integer(Int64(value)), key) }
        func encode(_ value: UInt64, forKey key: Key) throws { set(try encoder.integer(value, at: key), key) }

        func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            encoder.set(try encoder.wrap(value, at: key), key.stringValue)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy keyType: Nested.Type,
            forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            pending(key).container(keyedBy: keyType)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            pending(key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder { pending(JSONTreeKey(stringValue: "super")) }
        func superEncoder(forKey key: Key) -> any Encoder { pending(key) }

        private func pending(_ key: some CodingKey) -> JSONTreeEncoder {
            let inner = JSONTreeEncoder(below: encoder, at: key)
            encoder.set(.pending(inner), key.stringValue)
            return inner
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let encoder: JSONTreeEncoder

        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.count }
        private var key: JSONTreeKey { JSONTreeKey(index: count) }

        private func append(_ value: JSONValue) { encoder.append(.value(value)) }

        func encodeNil() { append(.null) }
        func encode(_ value: Bool) { append(.bool(value)) }
        func encode(_ value: String) { append(.string(value)) }
        func encode(_ value: Double) throws { append(try encoder.number(value, at: key)) }
        func encode(_ value: Float) throws { append(try encoder.number(Double(value), at: key)) }
        func encode(_ value: Int) { append(.integer(Int64(value))) }
        func encode(_ value: Int8) { append(.integer(Int64(value))) }
        func encode(_ value: Int16) { append(.integer(Int64(value))) }
        func encode(_ value: Int32) { append(.integer(Int64(value))) }
        func encode(_ value: Int64) { append(.integer(Int64(value))) }
        func encode(_ value: UInt) throws { append(try encoder.integer(value, at: key)) }
        func encode(_ value: UInt8) { append(.integer(Int64(value))) }
        func encode(_ value: UInt16) { append(.integer(Int64(value))) }
        func encode(_ value: UInt32) { append(.integer(Int64(value))) }
        func encode(_ value: UInt64) throws { append(try encoder.integer(value, at: key)) }

        func encode<Value: Encodable>(_ value: Value) throws {
            encoder.append(try encoder.wrap(value, at: key))
        }

        func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
            pending().container(keyedBy: keyType)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { pending().unkeyedContainer() }
        func superEncoder() -> any Encoder { pending() }

        private func pending() -> JSONTreeEncoder {
            let inner = JSONTreeEncoder(below: encoder, at: key)
            encoder.append(.pending(inner))
            return inner
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: JSONTreeEncoder

        var codingPath: [any CodingKey] { encoder.codingPath }

        private func set(_ value: JSONValue) { encoder.content = .value(value) }

        func encodeNil() { set(.null) }
        func encode(_ value: Bool) { set(.bool(value)) }
        func encode(_ value: String) { set(.string(value)) }
        func encode(_ value: Double) throws { set(try encoder.number(value, at: nil)) }
        func encode(_ value: Float) throws { set(try encoder.number(Double(value), at: nil)) }
        func encode(_ value: Int) { set(.integer(Int64(value))) }
        func encode(_ value: Int8) { set(.integer(Int64(value))) }
        func encode(_ value: Int16) { set(.integer(Int64(value))) }
        func encode(_ value: Int32) { set(.integer(Int64(value))) }
        func encode(_ value: Int64) { set(.integer(Int64(value))) }
        func encode(_ value: UInt) throws { set(try encoder.integer(value, at: nil)) }
        func encode(_ value: UInt8) { set(.integer(Int64(value))) }
        func encode(_ value: UInt16) { set(.integer(Int64(value))) }
        func encode(_ value: UInt32) { set(.integer(Int64(value))) }
        func encode(_ value: UInt64) throws { set(try encoder.integer(value, at: nil)) }

        func encode<Value: Encodable>(_ value: Value) throws {
            if Value.self == JSONValue.self, let tree = value as? JSONValue { return set(tree) }
            try value.encode(to: encoder)
        }
    }
}

/// A step of a coding path that no type names.
struct JSONTreeKey: CodingKey {
    private let name: String
    let intValue: Int?

    /// The name, or what the text encoder calls the place.
    var stringValue: String { intValue.map { "Index \($0)" } ?? name }

    init(stringValue: String) {
        name = stringValue
        intValue = nil
    }

    init(index: Int) {
        name = ""
        intValue = index
    }

    init?(intValue: Int) { self.init(index: intValue) }
}
