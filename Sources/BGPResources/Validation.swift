package import KubeJSON
package import KubeModel

/// A kind of ours that can say what the schema would refuse about an object.
package protocol ValidatableResource: KubeObject {
    /// Everything that breaks a bound or a rule of the kind's schema, in the order of the fields; empty is valid.
    ///
    /// Objects from a directory have passed no API server, and those from one may be older than a rule.
    func validate() -> [FieldError]
}

/// Collects what is wrong with an object.
struct Validation {
    private(set) var errors: [FieldError] = []

    /// A number that must lie in a range, if it is there.
    mutating func number(_ value: Int?, in range: ClosedRange<Int>, at path: FieldPath) {
        guard let value, !range.contains(value) else { return }
        fail(path, "expected a number of \(range.lowerBound) to \(range.upperBound), found \(value)")
    }

    /// A text that must have a length in Unicode scalars, as the API server counts, if it is there.
    mutating func text(_ value: String?, length range: ClosedRange<Int>, at path: FieldPath) {
        guard let value, !range.contains(value.unicodeScalars.count) else { return }
        fail(
            path,
            value.isEmpty
                ? "expected a text, found an empty one"
                : value.unicodeScalars.count < range.lowerBound
                    ? "expected at least \(range.lowerBound) characters, found \(value.unicodeScalars.count)"
                    : "expected at most \(range.upperBound) characters, found \(value.unicodeScalars.count)"
        )
    }

    /// A list or map that must have a number of elements.
    mutating func count(_ value: some Collection, in range: ClosedRange<Int>, at path: FieldPath) {
        guard !range.contains(value.count) else { return }
        fail(
            path,
            value.count < range.lowerBound
                ? "expected at least \(range.lowerBound), found \(value.count)"
                : "expected at most \(range.upperBound), found \(value.count)"
        )
    }

    /// Elements of which each may be there once only.
    mutating func unique<Key: Hashable>(_ keys: [Key], at path: FieldPath) {
        var seen: Set<Key> = []
        for (index, key) in keys.enumerated() where !seen.insert(key).inserted {
            fail(path.index(index), "expected each only once, found \(key) again")
        }
    }

    /// A rule that several fields must keep together.
    mutating func rule(_ holds: Bool, at path: FieldPath, _ message: String) {
        if !holds { fail(path, message) }
    }

    /// Each element with its path.
    mutating func each<Element>(
        _ elements: [Element],
        at path: FieldPath,
        _ body: (inout Validation, Element, FieldPath) -> Void
    ) {
        for (index, element) in elements.enumerated() { body(&self, element, path.index(index)) }
    }

    private mutating func fail(_ path: FieldPath, _ message: String) {
        errors.append(FieldError(path, message))
    }
}
