import KubeModel

/// Drafts the conditions of one object, every one with the generation that was looked at.
struct ConditionDraft {
    let generation: Int64?
    private(set) var conditions: [Condition] = []

    init(generation: Int64?) {
        self.generation = generation
    }

    /// States a fact; a false one says so in its own words.
    mutating func state(_ type: String, _ value: Bool, reason: String? = nil, message: String = "") {
        conditions.append(
            Condition(
                type: type,
                status: ConditionStatus(value),
                observedGeneration: generation,
                reason: reason ?? type,
                message: message
            )
        )
    }

    /// The conditions with the times of the previous ones kept where the status has not changed.
    func settled(after previous: [Condition]?, now: Timestamp) -> [Condition] {
        conditions.settled(after: previous ?? [], now: now)
    }
}
