/// A community as a person writes it: `65000:1` or one decimal number (RFC 1997).
package struct StandardCommunity: Hashable, Sendable {
    /// The 32-bit value.
    package let rawValue: UInt32

    /// A community of this value.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

extension StandardCommunity: Comparable, LosslessStringConvertible, Codable {
    /// Reads `A:B`, both 0 to 65535, or a number of 0 to 4294967295.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard let value = UInt32(decimal: parts[0]) else { return nil }
            self.init(rawValue: value)
        case 2:
            guard let high = UInt32(decimal: parts[0]), let low = UInt32(decimal: parts[1]), high <= 65535,
                low <= 65535
            else { return nil }
            self.init(rawValue: high << 16 | low)
        default: return nil
        }
    }

    /// By value.
    package static func < (left: StandardCommunity, right: StandardCommunity) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `A:B`, however it was written.
    package var description: String { "\(rawValue >> 16):\(rawValue & 0xFFFF)" }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = StandardCommunity(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a community such as 65000:1, each half 0 to 65535, or one number of 0 to"
                    + " 4294967295, found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes `A:B`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A large community as a person writes it: `65000:1:2`, each part 32 bits (RFC 8092).
package struct LargeCommunityValue: Hashable, Sendable {
    /// The AS that gives the other parts their meaning.
    package let globalAdministrator: UInt32
    /// The first part of the meaning.
    package let localData1: UInt32
    /// The second part of the meaning.
    package let localData2: UInt32

    /// A community of these parts.
    package init(globalAdministrator: UInt32, localData1: UInt32, localData2: UInt32) {
        self.globalAdministrator = globalAdministrator
        self.localData1 = localData1
        self.localData2 = localData2
    }
}

extension LargeCommunityValue: Comparable, LosslessStringConvertible, Codable {
    /// Reads `A:B:C`, each 0 to 4294967295.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let global = UInt32(decimal: parts[0]), let first = UInt32(decimal: parts[1]),
            let second = UInt32(decimal: parts[2])
        else { return nil }
        self.init(globalAdministrator: global, localData1: first, localData2: second)
    }

    /// Part by part.
    package static func < (left: LargeCommunityValue, right: LargeCommunityValue) -> Bool {
        (left.globalAdministrator, left.localData1, left.localData2)
            < (right.globalAdministrator, right.localData1, right.localData2)
    }

    /// `A:B:C`.
    package var description: String { "\(globalAdministrator):\(localData1):\(localData2)" }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = LargeCommunityValue(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "expected a large community such as 65000:1:2, each part 0 to 4294967295, found \"\(text)\""
            )
        }
        self = value
    }

    /// Writes the string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension UInt32 {
    /// Digits only, without sign or leading zeros.
    fileprivate init?(decimal text: Substring) {
        guard let value = UInt32(text), String(value) == text else { return nil }
        self = value
    }
}
