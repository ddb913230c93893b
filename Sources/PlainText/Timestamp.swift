package import FoundationEssentials

/// A point in time as the API writes it (meta/v1 Time: RFC 3339 in UTC; MicroTime: with six decimals).
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let secondsSinceEpoch: Double

    /// A point given in seconds since 1970.
    package init(secondsSinceEpoch: Double) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// A point given as a date.
    package init(_ date: Date) {
        secondsSinceEpoch = date.timeIntervalSince1970
    }

    /// The second it lies in, as a status is written: what is read back is the same, and is not written again.
    package var wholeSecond: Timestamp { Timestamp(secondsSinceEpoch: secondsSinceEpoch.rounded(.down)) }

    /// Earlier first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// Seconds from `earlier` to this point, negative when it is later.
    package func seconds(since earlier: Timestamp) -> Double {
        secondsSinceEpoch - earlier.secondsSinceEpoch
    }
}

extension Timestamp: LosslessStringConvertible, Codable {
    /// Reads RFC 3339 with or without fractional seconds, in UTC or with an offset.
    package init?(_ text: String) {
        if let seconds = CivilTime.seconds(text) {
            self.init(secondsSinceEpoch: Double(seconds))
            return
        }
        let plain = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? plain.parse(text)) ?? (try? fractional.parse(text)) else { return nil }
        self.init(date)
    }

    /// Whole seconds in UTC: `2026-01-31T12:00:00Z`.
    package var description: String {
        let whole = secondsSinceEpoch.rounded(.down)
        return Int64(exactly: whole).flatMap(CivilTime.text)
            ?? Date(timeIntervalSince1970: whole).formatted(.iso8601)
    }

    /// Six decimals in UTC, as Lease and Event times are written: `2026-01-31T12:00:00.000000Z`.
    package var microTime: String {
        let whole = secondsSinceEpoch.rounded(.down)
        let micros = String(Int(((secondsSinceEpoch - whole) * 1_000_000).rounded(.down)))
        let padded = String(repeating: "0", count: max(0, 6 - micros.count)) + micros
        return "\(description.dropLast()).\(padded)Z"
    }

    /// Reads an RFC 3339 string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected an RFC 3339 time such as 2026-01-31T12:00:00Z, found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes whole seconds.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
