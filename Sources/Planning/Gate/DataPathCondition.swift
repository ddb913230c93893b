package import KubeModel

/// The condition `DataPathReady` of a BGPNodeConfig, by which a speaker says whether its node forwards service traffic, and who
/// says so.
package enum DataPathCondition {
    /// The reasons of the condition.
    package enum Reason: String, CaseIterable, Sendable {
        /// True: the program that the message names says so.
        case ready = "Ready"
        /// True: the speaker was told to ask nobody.
        case notAsked = "NotAsked"
        /// Unknown: no program that could say so listens on the node, and service routes are announced.
        case unknown = "DataPathUnknown"
        /// False: service routes wait.
        case waiting = "Waiting"

        var code: ReasonCode { ReasonCode(rawValue: rawValue) }
    }

    private static let announcement = "no service route is announced yet: "

    /// The condition as a speaker finds it.
    package static func found(_ dataPath: NodeGates.DataPath) -> Condition {
        let (status, reason, message): (ConditionStatus, Reason, String) =
            switch dataPath {
            case .ready: (.true, .notAsked, "nobody is asked (--datapath-probe none)")
            case .answered(let who): (.true, .ready, "the node forwards service traffic, says \(who)")
            case .unknown:
                (
                    .unknown, .unknown,
                    "\(StartGate.names(DatapathProgram.known)) listened in the first "
                        + "\(StartGate.listenTimeout.components.seconds) s, so service routes are announced without asking"
                )
            case .notReady(let seen): (.false, .waiting, announcement + seen)
            }
        return Condition(.dataPathReady, status, reason.code, message)
    }

    /// What a closed gate waits for, as the condition among these tells; nil when it is open, or nothing is known.
    package static func obstacle(in conditions: [Condition]) -> String? {
        guard let condition = conditions.of(.dataPathReady), condition.status == .false else { return nil }
        let message = condition.message ?? ""
        return message.hasPrefix(announcement) ? String(message.dropFirst(announcement.count)) : message
    }
}
