package import PlainText

/// A point in time written with six decimals (meta/v1 MicroTime).
package struct MicroTimestamp: Hashable, Sendable, Codable {
    /// The point.
    package let time: Timestamp

    /// Wraps a point.
    package init(_ time: Timestamp) {
        self.time = time
    }

    /// Reads an RFC 3339 string.
    package init(from decoder: any Decoder) throws {
        time = try Timestamp(from: decoder)
    }

    /// Writes six decimals.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(time.microTime)
    }
}
