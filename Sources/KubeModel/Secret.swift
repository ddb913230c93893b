/// A Secret (core/v1); its values never print.
package struct Secret: KubeObject {
    /// `secrets` in the core group.
    package static let type = ResourceType(
        group: "",
        version: "v1",
        kind: "Secret",
        plural: "secrets",
        isNamespaced: true
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// Values in base64, by key.
    package var data: [String: RedactedText]?
    /// Values as text, by key; only in manifests, the server folds them into `data`.
    package var stringData: [String: RedactedText]?

    /// Makes a Secret from text values.
    package init(metadata: ObjectMeta, stringData: [String: String]) {
        self.metadata = metadata
        self.stringData = stringData.mapValues(RedactedText.init)
    }

    /// The text of a key, from `stringData` or decoded from `data`.
    ///
    /// Nil when the key is missing, or its value is not base64 or not UTF-8.
    package func text(_ key: String) -> Redacted<String>? {
        if let plain = stringData?[key] { return Redacted(plain.text.value) }
        guard let encoded = data?[key] else { return nil }
        return Base64.decode(encoded.text.value).map(Redacted.init)
    }
}

/// Text that is read from JSON but prints and encodes as `"…"`.
package struct RedactedText: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The hidden text.
    package let text: Redacted<String>

    /// Hides a text.
    package init(_ text: String) {
        self.text = Redacted(text)
    }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        text = Redacted(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes `"…"`.
    package func encode(to encoder: any Encoder) throws {
        try text.encode(to: encoder)
    }

    /// Always `…`.
    package var description: String { text.description }
}
