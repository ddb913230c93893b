import BGPTypes
package import KubeJSON
package import KubeModel
import PlainText

/// The condition `Drained` of a BGPNodeConfig, by which a speaker says how far its node is on its way out of service.
package enum DrainCondition {
    /// The reasons of the condition; True with the last alone.
    package enum Reason: String, CaseIterable, Sendable {
        /// Nobody asked for a drain.
        case inService = "InService"
        /// The annotation on the Node cannot be understood, and nothing is drained.
        case invalidAnnotation = "InvalidAnnotation"
        /// Routes carry GRACEFUL_SHUTDOWN and the lowest preference.
        case shuttingDown = "ShuttingDown"
        /// All is withdrawn but what no other node announces.
        case lastAnnouncer = "LastAnnouncer"
        /// All service routes are withdrawn; the sessions stay.
        case drained = "Drained"

        /// The reason as conditions and findings have it.
        package var code: ReasonCode { ReasonCode(rawValue: rawValue) }
    }

    /// The condition as a speaker finds it; `request` is when the wish was written that it follows.
    package static func found(_ drain: NodeGates.Drain, fault: FieldError?, request: String? = nil) -> Condition {
        let (reason, message): (Reason, String) =
            switch drain {
            case .none where fault != nil:
                (.invalidAnnotation, "the node is in service: \(fault.map(\.description) ?? "")")
            case .none:
                (.inService, "the node is in service")
            case .shuttingDown:
                (
                    .shuttingDown,
                    "service routes carry GRACEFUL_SHUTDOWN and local preference 0 until they are withdrawn"
                )
            case .drained(let keeping) where keeping.isEmpty:
                (.drained, "service routes are withdrawn, the sessions stay up")
            case .drained(let keeping):
                (
                    .lastAnnouncer,
                    "kept with GRACEFUL_SHUTDOWN because no other node announces "
                        + "\(keeping.count == 1 ? "it" : "them"): \(keeping.sorted().map(\.description).asSentence())"
                )
            }
        return Condition(
            .drained,
            ConditionStatus(reason == .drained),
            reason.code,
            drain == .none
                ? message : message + (fault.map { "; \($0)" } ?? "") + (request.map(Self.words) ?? "")
        )
    }

    private static let requestedAt = "; requested at "
    private static func words(_ request: String) -> String { requestedAt + request }

    /// What a condition says to somebody who knows of which wish it is.
    package static func told(_ condition: Condition) -> String {
        let message = condition.message ?? ""
        return String(message.firstRange(of: requestedAt).map { message[..<$0.lowerBound] } ?? message[...])
    }

    /// Whether a condition is about the wish that was written at a time.
    package static func answers(_ condition: Condition, _ request: String) -> Bool {
        condition.message?.hasSuffix(words(request)) ?? false
    }

    /// What the condition among these says; nil when it is not there.
    package static func reason(in conditions: [Condition]) -> Reason? {
        (conditions.of(.drained)?.reason?.rawValue).flatMap(Reason.init(rawValue:))
    }

    /// Whether routes had been withdrawn already, so that a speaker that starts again does not announce them once more.
    package static func isWithdrawn(_ conditions: [Condition]) -> Bool {
        switch reason(in: conditions) {
        case .drained, .lastAnnouncer: true
        case .inService, .invalidAnnotation, .shuttingDown, nil: false
        }
    }
}
