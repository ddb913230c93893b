/// The version of one of our programs: major, minor and patch, as releases are tagged.
package struct ProgramVersion: Sendable {
    /// The first number.
    package let major: Int
    /// The second number.
    package let minor: Int
    private let text: String

    /// Of a program that says none: 0.2.0 was the first to say it.
    package static let unsaid = ProgramVersion(major: 0, minor: 1, text: "older than 0.2.0")

    private init(major: Int, minor: Int, text: String) {
        self.major = major
        self.minor = minor
        self.text = text
    }

    /// How many minor versions programs may be apart that work together.
    package static let mostMinors = 1

    /// Whether programs of the two versions are not made to work together.
    package func isTooFar(from other: ProgramVersion) -> Bool {
        major != other.major || abs(minor - other.minor) > Self.mostMinors
    }

    /// Whether a program of this version is to be upgraded before one of the other.
    package func isOlder(than other: ProgramVersion) -> Bool {
        (major, minor) < (other.major, other.minor)
    }
}

extension ProgramVersion: LosslessStringConvertible, Hashable {
    /// Reads `0.2.0`, with or without a `v` before it and a suffix such as `-rc.1` after it; nil for anything else.
    package init?(_ text: String) {
        let plain = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let numbers = plain.prefix { $0 != "-" && $0 != "+" }.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, numbers.count == 3, let major = Self.number(numbers[0]),
            let minor = Self.number(numbers[1]), Self.number(numbers[2]) != nil
        else { return nil }
        self.init(major: major, minor: minor, text: String(plain))
    }

    /// As it was read, without a `v`.
    package var description: String { text }

    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.count <= 6, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        return Int(digits)
    }
}
