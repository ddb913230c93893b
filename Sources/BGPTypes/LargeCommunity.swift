/// A large community of three 32-bit numbers (RFC 8092), written `65000:1:2`.
package struct LargeCommunity: Hashable, Sendable {
    /// The AS that gives the other two their meaning.
    package let globalAdministrator: UInt32
    /// The first number of the AS's choosing.
    package let localData1: UInt32
    /// The second number of the AS's choosing.
    package let localData2: UInt32

    /// Joins three numbers.
    package init(_ globalAdministrator: UInt32, _ localData1: UInt32, _ localData2: UInt32) {
        self.globalAdministrator = globalAdministrator
        self.localData1 = localData1
        self.localData2 = localData2
    }
}

extension LargeCommunity: Comparable, LosslessStringConvertible, Codable {
    /// By the three numbers in turn.
    package static func < (left: LargeCommunity, right: LargeCommunity) -> Bool {
        (left.globalAdministrator, left.localData1, left.localData2)
            < (right.globalAdministrator, right.localData1, right.localData2)
    }

    /// Reads `65000:1:2`, digits without leading zeros.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let first = UInt32(decimal: parts[0]), let second = UInt32(decimal: parts[1]),
            let third = UInt32(decimal: parts[2])
        else { return nil }
        self.init(first, second, third)
    }

    /// `65000:1:2`.
    package var description: String { "\(globalAdministrator):\(localData1):\(localData2)" }

    /// Reads a string.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = LargeCommunity(text) else {
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
