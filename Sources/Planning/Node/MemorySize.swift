/// An amount of memory, written as Kubernetes writes quantities: `134217728`, `128Mi`, `128M`.
package struct MemorySize: Hashable, Sendable, LosslessStringConvertible {
    /// In octets.
    package let octets: Int

    private static let units: [(suffix: String, octets: Int)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("", 1),
    ]

    /// So many octets.
    package init(octets: Int) {
        self.octets = octets
    }

    /// Reads a whole number with one of these suffixes or none; nil for anything else.
    package init?(_ text: String) {
        guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (octets, isTooMuch) = number.multipliedReportingOverflow(by: unit.octets)
        guard !isTooMuch else { return nil }
        self.octets = octets
    }

    /// With the greatest binary unit that leaves a whole number.
    package var description: String {
        for (suffix, unit) in Self.units.prefix(3).reversed() where octets > 0 && octets % unit == 0 {
            return "\(octets / unit)\(suffix)"
        }
        return "\(octets)"
    }
}
