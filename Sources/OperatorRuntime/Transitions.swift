import KubeClient
import KubeModel
import PlainText
import Planning

/// Finds what is worth an event when an object's conditions change.
enum Transitions {
    /// Conditions that say something is wrong when they are True.
    private static let problems: Set<String> = [
        ConditionType.noMatchingNode, ConditionType.missingPeerConfigs, ConditionType.conflictingClusterConfig,
        ConditionType.allNodesExcluded, ConditionType.missingAuthSecret, ConditionType.routerIDConflict,
    ]

    /// The events of a change; none for conditions that say what they said, or that nothing is wrong from the start.
    static func events(
        from old: [Condition],
        to new: [Condition],
        on subject: Event.Subject
    ) -> [EventRecorder.Entry] {
        let told = told(from: old, to: new)
        return new.compactMap { condition in
            let isProblem = problems.contains(condition.type)
            guard isProblem || condition.type == ConditionType.ready else { return nil }
            let before = old.of(condition.type)
            guard before?.status != condition.status else { return nil }
            let isBad = isProblem == (condition.status == .true)
            if isProblem, !isBad, before == nil { return nil }
            // The moment until speakers have followed a change is nothing to be warned of.
            if isBad, condition.reason == "Applying" { return nil }
            // One fact is one event: Ready has the reason of the condition that says more.
            if !isProblem, let reason = isBad ? condition.reason : before?.reason, told.contains(reason) { return nil }
            let reason = isProblem && !isBad ? "\(condition.type)Resolved" : condition.reason ?? condition.type
            return EventRecorder.Entry(
                level: isBad ? .warning : .normal,
                reason: reason,
                action: "Render",
                regarding: subject,
                note: condition.message ?? ""
            )
        }
    }

    /// The reasons of what is wrong, or was until now, and is told for conditions of its own.
    private static func told(from old: [Condition], to new: [Condition]) -> Set<String> {
        let changed = new.filter { problems.contains($0.type) && old.of($0.type)?.status != $0.status }
        return Set(changed.compactMap { ($0.status == .true ? $0 : old.of($0.type))?.reason })
    }

    /// The event of a Service whose addresses or whose allocation changed; nil when neither did.
    static func event(from old: Service.Status?, to new: Service.Status, on service: AddressedService) -> EventRecorder
        .Entry?
    {
        let before = (old?.loadBalancer?.ingress ?? []).compactMap(\.ip)
        let after = (new.loadBalancer?.ingress ?? []).compactMap(\.ip)
        let previous = old?.conditions?.of(AddressAllocation.conditionType)
        let condition = new.conditions?.of(AddressAllocation.conditionType)
        let level: Event.Level
        let reason: String
        let note: String
        if let condition, condition.status == .false {
            guard previous?.status != .false || previous?.reason != condition.reason else { return nil }
            (level, reason) = (.warning, condition.reason ?? "AddressFailed")
            note = condition.message ?? ""
        } else if before == after {
            return nil
        } else if after.isEmpty {
            (level, reason, note) = (.normal, "AddressReleased", "released \(before.asSentence())")
        } else {
            (level, reason) = (.normal, "AddressAssigned")
            note = condition?.message ?? after.asSentence()
        }
        return EventRecorder.Entry(
            level: level,
            reason: reason,
            action: "AllocateAddress",
            regarding: service.eventSubject,
            note: note
        )
    }

    /// What there is to tell about a Service whose newest version is not read; nil when it has no name.
    static func unreadService(_ object: RefusedObject) -> EventRecorder.Entry? {
        guard let key = object.key, let finding = object.diagnostics.first else { return nil }
        return EventRecorder.Entry(
            level: .warning,
            reason: finding.reason,
            action: "ReadService",
            regarding: Event.Subject(
                apiVersion: Service.type.apiVersion,
                kind: Service.type.kind,
                namespace: key.namespace,
                name: key.name,
                uid: nil
            ),
            note: finding.field.map { "\($0): \(finding.message)" } ?? finding.message
        )
    }
}

extension KubeObject {
    /// The object as events name it.
    var eventSubject: Event.Subject {
        Event.Subject(
            apiVersion: Self.type.apiVersion,
            kind: Self.type.kind,
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid
        )
    }
}
