import BGPEngine
import BGPWire

extension PeerStateMachine {
    /// A peer that has been told to start.
    static func started(_ configuration: PeerConfiguration, seed: UInt64 = 7) -> PeerStateMachine {
        var machine = PeerStateMachine(configuration, restarted: false, seed: seed)
        _ = machine.handle(.start(configuration))
        return machine
    }

    /// What this side says first.
    static func localOpen(_ configuration: PeerConfiguration) -> Message {
        .open(configuration.open(restarted: false))
    }

    /// Dialled as connection 1, and through both OPENs.
    static func established(_ configuration: PeerConfiguration, _ open: Open) -> PeerStateMachine {
        let dialled = ConnectionID(rawValue: 1)
        var machine = started(configuration)
        _ = machine.handle(.connected(dialled))
        _ = machine.handle(.session(dialled, .received(.open(open))))
        _ = machine.handle(.session(dialled, .received(.keepalive)))
        return machine
    }
}
