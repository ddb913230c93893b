/// The value of `--request-timeout` as kubectl reads it.
package struct RequestTimeout: Hashable, Sendable {
    /// The longest time for an answer; nil is no limit.
    package let duration: Duration?

    /// Reads `30` (seconds), or numbers with units as Go writes them, such as `1m30s` or `500ms`; zero is no limit.
    package init(_ text: String) throws {
        guard let seconds = Self.seconds(text), seconds < 1_000_000_000 else {
            throw CommandFailure.usage(
                "invalid timeout value \"\(text)\"; write a number of seconds or a duration such as 1s, 2m, 3h"
            )
        }
        duration = seconds == 0 ? nil : .seconds(seconds)
    }

    private static func seconds(_ text: String) -> Double? {
        if let whole = UInt32(text) { return Double(whole) }
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = units[String(unit)] else { return nil }
            total += number * factor
        }
        return total
    }

    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]
}
