package import KubeModel

/// What is known of one type of condition: a row of the public table of conditions.
package struct ConditionRow: Sendable {
    /// The kinds of objects that always have it, once someone has looked.
    package let kinds: [String]
    /// What True means, in Markdown with links as from `crds/README.md`.
    package let whenTrue: String
    /// What False means, and Unknown where it can be that.
    package let whenFalse: String
    /// The reasons of its own.
    package let reasons: [ReasonCode]
    /// Whether any reason of the table of reasons can be its reason, too.
    package let carriesReasons: Bool
    /// Whether each change of it is worth an event.
    package let isEvent: Bool

    init(
        on kinds: [String],
        whenTrue: String,
        whenFalse: String,
        reasons: [ReasonCode],
        carriesReasons: Bool = false,
        isEvent: Bool = false
    ) {
        self.kinds = kinds
        self.whenTrue = whenTrue
        self.whenFalse = whenFalse
        self.reasons = reasons
        self.carriesReasons = carriesReasons
        self.isEvent = isEvent
    }
}

extension Condition {
    /// A condition of a type with a row; debug builds stop at a reason that the row does not have.
    package init(
        _ type: ConditionType,
        _ status: ConditionStatus,
        _ reason: ReasonCode,
        _ message: String,
        observedGeneration: Int64? = nil
    ) {
        assert(type.allows(reason), "\(type.rawValue): \(reason)")
        self.init(
            type: type.rawValue,
            status: status,
            observedGeneration: observedGeneration,
            reason: reason,
            message: message
        )
    }
}

extension ConditionType {
    func allows(_ reason: ReasonCode) -> Bool {
        let row = row
        return row.carriesReasons || row.reasons.contains(reason)
    }
}

extension [Condition] {
    /// The condition of a type, if present.
    package func of(_ type: ConditionType) -> Condition? { of(type.rawValue) }

    /// Whether the condition of a type is present and True.
    package func holds(_ type: ConditionType) -> Bool { holds(type.rawValue) }
}
