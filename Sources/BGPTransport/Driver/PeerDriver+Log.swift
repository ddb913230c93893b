import BGPEngine
import BGPTypes
import LogKeys
import Logging

extension PeerDriver {
    /// Says at the level debug what the machine was given and what it asked for; an established session's messages and timers, of
    /// which there is no end, at the level trace.
    func log(_ event: PeerStateMachine.Event, _ actions: [PeerStateMachine.Action]) {
        let level: Logger.Level = publication.state == .established && event.isRoutine ? .trace : .debug
        logger.log(
            level: level,
            "decided",
            metadata: [
                .event: "\(event.caseNames)", .actions: "\(actions.map { caseName(of: $0) }.joined(separator: ", "))",
            ]
        )
    }
}

extension PeerStateMachine.Event {
    fileprivate var isRoutine: Bool {
        switch self {
        case .session, .expired, .announcedAll: true
        case .start, .stop, .connected, .dialFailed, .accepted: false
        }
    }

    /// Its name, and that of what happened on a connection: never what it carries, such as routes and passwords.
    fileprivate var caseNames: String {
        guard case .session(_, let event) = self else { return caseName(of: self) }
        return "session \(caseName(of: event))"
    }
}

private func caseName(of value: some Sendable) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
}
