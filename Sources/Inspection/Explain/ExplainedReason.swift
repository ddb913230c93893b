import KubeJSON
package import KubeModel
package import Planning

/// A reason as documents and terminals show it.
package struct ExplainedReason: Codable, Hashable, Sendable {
    /// The stable word.
    package var code: ReasonCode
    /// What it does to the verdict.
    package var effect: Reason.Effect
    /// One sentence.
    package var message: String
    /// The object it comes from, as `Kind/namespace/name`.
    package var object: String?
    /// The field of the object.
    package var field: String?
    /// What would change it.
    package var fix: String?

    /// The reason as a document.
    package init(_ reason: Reason) {
        code = reason.code
        effect = reason.effect
        message = reason.message
        object = reason.object?.description
        field = reason.field?.description
        fix = reason.fix
    }
}

/// Whether something is to be announced.
package enum Verdict: String, Codable, Hashable, Sendable {
    /// It is wanted on the wire.
    case announce = "Announce"
    /// It is kept back.
    case withhold = "Withhold"

    /// The verdict of a decision.
    package init(_ isWanted: Bool) {
        self = isWanted ? .announce : .withhold
    }
}
