/// The longest silence a peer bears, in seconds: 0 for no limit, else 3 to 65535 (RFC 4271 §4.2).
package struct HoldTime: Hashable, Sendable, RawRepresentable, Comparable, CustomStringConvertible {
    /// Seconds.
    package let rawValue: UInt16

    /// `nil` for 1 and 2, which no speaker may propose.
    package init?(rawValue: UInt16) {
        guard rawValue == 0 || rawValue >= 3 else { return nil }
        self.rawValue = rawValue
    }

    /// No keepalives, no hold timer.
    package static let zero = HoldTime(unchecked: 0)
    /// The 90 seconds that RFC 4271 §10 suggests.
    package static let standard = HoldTime(unchecked: 90)

    private init(unchecked: UInt16) {
        rawValue = unchecked
    }

    /// The time as a duration.
    package var duration: Duration { .seconds(Int64(rawValue)) }

    /// Shorter before longer; 0, which means for ever, before all.
    package static func < (left: HoldTime, right: HoldTime) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Seconds with their unit.
    package var description: String { "\(rawValue)s" }
}
