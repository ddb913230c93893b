/// A failure in words that a person can act on.
package struct FailureExplanation: Hashable, Sendable, CustomStringConvertible {
    /// The stable code.
    package let reason: FailureReason
    /// What was seen, a clause without a full stop.
    package let seen: String
    /// What most likely lies behind it, a clause.
    package let cause: String
    /// What to do about it, a clause in the imperative.
    package let fix: String

    /// Joins the parts.
    package init(_ reason: FailureReason, seen: String, cause: String, fix: String) {
        self.reason = reason
        self.seen = seen
        self.cause = cause
        self.fix = fix
    }

    /// `seen: cause; fix`, the one line that fits in a table.
    package var description: String { "\(seen): \(cause); \(fix)" }
}
