package import PlainText

/// Whether a condition holds.
package enum ConditionStatus: String, ListedValue {
    case `true` = "True"
    case `false` = "False"
    case unknown = "Unknown"

    /// True or False.
    package init(_ value: Bool) {
        self = value ? .true : .false
    }
}

/// One fact about an object's state (meta/v1 Condition).
package struct Condition: Hashable, Sendable, Codable {
    /// What it is about, CamelCase, unique in the list.
    package var type: String
    /// Whether it holds.
    package var status: ConditionStatus
    /// The `metadata.generation` the fact was found at; absent on core kinds.
    package var observedGeneration: Int64?
    /// When `status` last changed; absent on some core kinds.
    package var lastTransitionTime: Timestamp?
    /// Why, as a CamelCase word.
    package var reason: ReasonCode?
    /// Why, as a sentence.
    package var message: String?

    /// States a fact; `message` is made fit to be stored (`String.asMessage`), wherever its words come from.
    package init(
        type: String,
        status: ConditionStatus,
        observedGeneration: Int64? = nil,
        lastTransitionTime: Timestamp? = nil,
        reason: ReasonCode? = nil,
        message: String? = nil
    ) {
        self.type = type
        self.status = status
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
        self.reason = reason
        self.message = message?.asMessage
    }
}

extension [Condition] {
    /// The condition of a type, if present.
    package func of(_ type: String) -> Condition? {
        first { $0.type == type }
    }

    /// Whether the condition of a type is present and True.
    package func holds(_ type: String) -> Bool {
        of(type)?.status == .true
    }

    /// These conditions with the transition times of `previous` kept where the status has not changed,
    /// `now` everywhere else, sorted by type.
    package func settled(after previous: [Condition], now: Timestamp) -> [Condition] {
        map { condition in
            var settled = condition
            let before = previous.of(condition.type)
            settled.lastTransitionTime = before?.status == condition.status ? before?.lastTransitionTime ?? now : now
            return settled
        }
        .sorted { $0.type < $1.type }
    }
}
