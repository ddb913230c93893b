package import KubeModel
import PlainText

/// Whether operator and speakers are of versions that work together, in the words that each side says of the other.
package enum VersionSkew {
    private static let rule = "versions may be one minor version apart"

    /// What a speaker of a version says of the operator that wrote its configuration; nil is none that could be seen.
    package static func condition(speaker: ProgramVersion, operator other: ProgramVersion?) -> Condition {
        guard let other else {
            let message = "this speaker is \(speaker); no operator wrote its BGPNodeConfig"
            return condition(false, .operatorUnknown, message)
        }
        guard speaker.isTooFar(from: other) else {
            return condition(false, .versionsMatch, "this speaker is \(speaker), the operator \(other)")
        }
        let advice =
            speaker.isOlder(than: other)
            ? "this speaker is too old: upgrade the speakers" : "the operator is too old: upgrade it"
        return condition(
            true,
            ConditionType.versionSkew.code,
            "this speaker is \(speaker), the operator \(other), and \(rule); \(advice)"
        )
    }

    /// What an operator of a version says of the speakers of some nodes.
    static func condition(operator own: ProgramVersion, speakers: [String: ProgramVersion]) -> Condition {
        let far = speakers.filter { own.isTooFar(from: $0.value) }
        guard !far.isEmpty else {
            return condition(false, .versionsMatch, "every speaker that reports may work with this operator, \(own)")
        }
        let older = far.filter { $0.value.isOlder(than: own) }
        let newer = far.filter { !$0.value.isOlder(than: own) }
        let advice = [
            older.isEmpty ? nil : "too old: \(words(older)), upgrade the speakers",
            newer.isEmpty ? nil : "this operator is too old for \(words(newer)), upgrade it",
        ]
        return condition(
            true,
            ConditionType.versionSkew.code,
            "this operator is \(own), and \(rule); \(advice.compactMap(\.self).joined(separator: "; "))".asMessage
        )
    }

    private static func words(_ speakers: [String: ProgramVersion]) -> String {
        let nodes = Dictionary(grouping: speakers.keys) { speakers[$0]?.description ?? "" }
        let words = nodes.sorted { $0.key < $1.key }.map { version, names in
            "the speaker\(names.count == 1 ? "" : "s") of \(names.sorted().asSentence(most: 5)) (\(version))"
        }
        return words.asSentence(most: 5)
    }

    private static func condition(_ isSkewed: Bool, _ reason: ReasonCode, _ message: String) -> Condition {
        Condition(.versionSkew, ConditionStatus(isSkewed), reason, message)
    }
}
