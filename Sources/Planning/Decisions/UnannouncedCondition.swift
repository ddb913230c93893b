package import KubeModel
import PlainText

/// The condition `NotAnnounced` of a BGPNodeConfig, by which a speaker says what is selected on its node and not announced.
///
/// What keeps whole nodes or sessions silent, and what limits hold back, have conditions of their own beside it.
package enum UnannouncedCondition {
    /// The condition as a speaker finds it.
    package static func found(_ causes: [UnannouncedCause]) -> Condition {
        let first = causes.first?.code.rawValue ?? "AllAnnounced"
        return Condition(
            type: ConditionType.notAnnounced,
            status: ConditionStatus(!causes.isEmpty),
            reason: causes.count > 1 ? "SeveralReasons" : first,
            message: causes.isEmpty
                ? "what is selected on the node is announced"
                : causes.map(\.description).asFindings(most: 8)
        )
    }
}
