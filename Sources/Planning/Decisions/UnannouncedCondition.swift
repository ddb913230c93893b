package import KubeModel
import PlainText

/// The condition `NotAnnounced` of a BGPNodeConfig, by which a speaker says what is selected on its node and not announced.
///
/// What keeps whole nodes or sessions silent, and what limits hold back, have conditions of their own beside it.
package enum UnannouncedCondition {
    /// The condition as a speaker finds it.
    package static func found(_ causes: [UnannouncedCause]) -> Condition {
        let first = causes.first?.code ?? .allAnnounced
        return Condition(
            .notAnnounced,
            ConditionStatus(!causes.isEmpty),
            causes.count > 1 ? .severalReasons : first,
            causes.isEmpty
                ? "what is selected on the node is announced"
                : causes.map(\.description).asFindings(most: 8)
        )
    }
}
