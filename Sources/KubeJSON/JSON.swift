package import FoundationEssentials

/// JSON text to and from values, in the one form all programs use: sorted keys, unescaped slashes.
package enum JSON {
    /// Decodes one value; throws `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try decode(type, from: read(data))
    }

    /// Reads text as a tree; throws `DecodingError`.
    ///
    /// Members of the names `leavingOut` are passed over in every object, for what is long and of no use to the caller.
    package static func read(_ text: some Sequence<UInt8>, leavingOut unwanted: [String] = []) throws -> JSONValue {
        do throws(JSONReader.Fault) {
            return try JSONReader.read((text as? [UInt8]) ?? Array(text), leavingOut: unwanted).value
        } catch {
            let place = "\(error.message) at offset \(error.offset)"
            throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: place))
        }
    }

    /// Decodes one value from text; throws `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decode(type, from: Data(text.utf8))
    }

    /// Decodes one value from a tree; throws `DecodingError` whose coding path leads through the tree.
    package static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
        try JSONTreeDecoder(value).decode(type)
    }

    /// Decodes one value from a tree and writes down which fields its type asks for, also when it cannot be decoded.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: JSONValue,
        noting fields: KnownFields
    ) throws -> Value {
        try JSONTreeDecoder(value, notes: fields).decode(type)
    }

    /// Encodes on one line with sorted keys; throws `EncodingError` for numbers that a tree cannot hold.
    package static func encode(_ value: some Encodable) throws -> Data {
        Data(JSONWriter.bytes(try tree(value)))
    }

    /// The tree of any encodable value; throws `EncodingError`.
    package static func tree(_ value: some Encodable) throws -> JSONValue {
        try JSONTreeEncoder.tree(value)
    }
}
