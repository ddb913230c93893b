/// The order of keys in YAML that Kubernetes tools write: letters by code point, runs of digits by their value.
package enum NaturalOrder {
    /// Whether the left key stands before the right one.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        guard let index = zip(a, b).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
            return a.count < b.count
        }
        let (x, y) = (a[index], b[index])
        let afterDigit = index > 0 && isDigit(a[index - 1])
        switch (x.properties.isAlphabetic, y.properties.isAlphabetic) {
        case (true, true): return x < y
        case (true, false): return afterDigit
        case (false, true): return !afterDigit
        case (false, false): break
        }
        let runs = (a[index...].prefix(while: isDigit), b[index...].prefix(while: isDigit))
        if !runs.0.isEmpty, !runs.1.isEmpty, runs.0.count != runs.1.count {
            return runs.0.count < runs.1.count
        }
        return x < y
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }
}
