private import FoundationEssentials

/// Base64 as Secrets use it (RFC 4648 §4).
package enum Base64 {
    /// The text of an encoded value; nil when it is not base64 or not UTF-8.
    package static func decode(_ encoded: String) -> String? {
        guard let data = Data(base64Encoded: encoded) else { return nil }
        return String(validating: data, as: UTF8.self)
    }

    /// The encoded form of a text.
    package static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
