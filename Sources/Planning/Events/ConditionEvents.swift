import BGPTypes
import KubeModel
import PlainText

/// Finds what is worth an event when an object's conditions change.
enum ConditionEvents {
    /// Conditions that say something is wrong when they are True.
    private static let problems = Set(
        ConditionType.allCases.filter { $0 != .ready && $0.row.isEvent }.map(\.rawValue)
    )

    /// The events of a change; none for conditions that say what they said, or that nothing is wrong from the start.
    static func events(
        from old: [Condition],
        to new: [Condition],
        on subject: Event.Subject
    ) -> [EventDraft] {
        let told = told(from: old, to: new)
        return new.compactMap { condition in
            let isProblem = problems.contains(condition.type)
            guard isProblem || condition.type == ConditionType.ready.rawValue else { return nil }
            let before = old.of(condition.type)
            guard before?.status != condition.status else { return nil }
            let isBad = isProblem == (condition.status == .true)
            if isProblem, !isBad, before == nil { return nil }
            // The moment until speakers have followed a change is nothing to be warned of.
            if isBad, condition.reason == .applying { return nil }
            // One fact is one event: Ready has the reason of the condition that says more.
            if !isProblem, let reason = isBad ? condition.reason : before?.reason, told.contains(reason) { return nil }
            let own = ReasonCode(rawValue: isProblem && !isBad ? "\(condition.type)Resolved" : condition.type)
            let reason = isProblem && !isBad ? own : condition.reason ?? own
            return EventDraft(
                level: isBad ? .warning : .normal,
                reason: reason,
                action: "Render",
                regarding: subject,
                note: condition.message ?? ""
            )
        }
    }

    /// The reasons of what is wrong, or was until now, and is told for conditions of its own.
    private static func told(from old: [Condition], to new: [Condition]) -> Set<ReasonCode> {
        let changed = new.filter { problems.contains($0.type) && old.of($0.type)?.status != $0.status }
        return Set(changed.compactMap { ($0.status == .true ? $0 : old.of($0.type))?.reason })
    }

    /// The events of a Service whose addresses or whose allocation changed; none when neither did.
    ///
    /// `losses` has what pools took away from it, which is a warning each.
    static func events(
        from old: Service.Status?,
        to new: Service.Status,
        _ losses: [AddressLoss],
        on service: AddressedService
    ) -> [EventDraft] {
        let before = (old?.loadBalancer?.ingress ?? []).compactMap(\.ip)
        // A status that does not name any leaves them as they are.
        let after = new.loadBalancer.map { ($0.ingress ?? []).compactMap(\.ip) } ?? before
        let previous = old?.conditions?.of(.addressRequestSatisfied)
        let condition = new.conditions?.of(.addressRequestSatisfied)
        func entry(_ level: Event.Level, _ reason: ReasonCode, _ note: String) -> EventDraft {
            EventDraft(
                level: level,
                reason: reason,
                action: "AllocateAddress",
                regarding: service.eventSubject,
                note: note
            )
        }
        var entries: [EventDraft] = []
        let gone = losses.filter { loss in
            before.contains(loss.address.description) && !after.contains(loss.address.description)
        }
        if !gone.isEmpty {
            let gained = after.filter { !before.contains($0) }
            let instead = gained.isEmpty ? "nothing replaces it" : "it gets \(gained.asSentence()) instead"
            entries.append(entry(.warning, .addressLost, "\(gone.map(\.message).asFindings(most: 5)); \(instead)"))
        }
        if let condition, condition.status == .false {
            guard previous?.status != .false || previous?.reason != condition.reason else { return entries }
            entries.append(entry(.warning, condition.reason ?? .addressFailed, condition.message ?? ""))
        } else if before == after {
            return entries
        } else if after.isEmpty {
            if gone.isEmpty { entries.append(entry(.normal, .addressReleased, "released \(before.asSentence())")) }
        } else {
            entries.append(entry(.normal, .addressAssigned, condition?.message ?? after.asSentence()))
        }
        return entries
    }

    /// That the server does not take the status of a Service, in the server's words.
    static func refusedStatus(of service: AddressedService, _ words: String) -> EventDraft {
        EventDraft(
            level: .warning,
            reason: .statusRefused,
            action: "AllocateAddress",
            regarding: service.eventSubject,
            note: "the API server refuses this service's status, which is tried again: \(words)"
        )
    }

    /// What there is to tell about a Service whose newest version is not read; nil when it has no name.
    static func invalidService(_ object: InvalidObject) -> EventDraft? {
        guard let key = object.key, let finding = object.diagnostics.first else { return nil }
        return EventDraft(
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
