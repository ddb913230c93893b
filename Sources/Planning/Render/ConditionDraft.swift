import KubeModel
import PlainText

/// Drafts the conditions of one object, every one with the generation that was looked at.
struct ConditionDraft {
    let generation: Int64?
    private(set) var conditions: [Condition] = []

    init(generation: Int64?) {
        self.generation = generation
    }

    /// States a fact.
    mutating func state(_ type: ConditionType, _ value: Bool, reason: ReasonCode, message: String = "") {
        conditions.append(
            Condition(type, ConditionStatus(value), reason, message, observedGeneration: generation)
        )
    }

    /// States what was found as a condition.
    mutating func state(_ condition: Condition) {
        var condition = condition
        condition.observedGeneration = generation
        conditions.append(condition)
    }

    /// States whether there is a problem: where there is one it is its own reason, and `otherwise` is the reason where not.
    mutating func state(problem type: ConditionType, _ value: Bool, otherwise: ReasonCode, message: String) {
        state(type, value, reason: value ? type.code : otherwise, message: message)
    }

    /// The conditions with the times of the previous ones kept where the status has not changed.
    func settled(after previous: [Condition]?, now: Timestamp) -> [Condition] {
        conditions.settled(after: previous ?? [], now: now)
    }
}
