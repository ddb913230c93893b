import BGPEngine
import BGPTypes
import BGPWire
package import TestSupport

/// A peer's state machine gets events in an order that no network would give them; its orders must make sense all the same.
package struct EventStorm {
    private var machine: PeerStateMachine
    private var isDialling = false
    private var open: Set<ConnectionID> = []
    private var silent: Set<ConnectionID> = []
    private var established: ConnectionID?
    private var nextID: UInt64 = 0
    /// The rules that were broken; empty as it should be.
    package private(set) var violations: [String] = []

    /// A peer that is stopped.
    package init(_ generator: inout MessageGenerator) {
        machine = PeerStateMachine(
            SomePeer.configuration(restartTime: generator.chance(2) ? 120 : nil, isPassive: generator.chance(3)),
            restarted: generator.chance(2),
            seed: UInt64(generator.octet())
        )
    }

    /// Lets something happen.
    package mutating func step(_ generator: inout MessageGenerator) {
        let event = event(&generator)
        for action in machine.handle(event) { take(action, after: event) }
        if case .session(let id, .disconnected) = event { open.remove(id) }
        if case .running(let running) = machine.state {
            if running.connections.count(where: { $0.session.sessionState == .established }) > 1 {
                violations.append("two established connections after \(event)")
            }
            if running.connections.count > 2 { violations.append("keeps \(running.connections.count) connections") }
            if !running.connections.allSatisfy({ open.contains($0.id) }) {
                violations.append("keeps a connection that is gone after \(event)")
            }
        }
    }

    private mutating func take(_ action: PeerStateMachine.Action, after event: PeerStateMachine.Event) {
        switch action {
        case .dial:
            if isDialling { violations.append("dials twice after \(event)") }
            isDialling = true
        case .abandonDial:
            isDialling = false
        case .send(let message, let id):
            if !open.contains(id) { violations.append("sends \(message.type) on no connection after \(event)") }
            if silent.contains(id) { violations.append("\(message.type) after NOTIFICATION after \(event)") }
            if case .notification = message { silent.insert(id) }
        case .close(let id):
            if open.remove(id) == nil { violations.append("closes no connection after \(event)") }
        case .established(let id, _):
            if established != nil { violations.append("established twice after \(event)") }
            established = id
        case .lost(let id):
            if established != id { violations.append("loses what was not established after \(event)") }
            established = nil
        case .deliver(_, let id), .repeatRoutes(_, let id):
            if established != id { violations.append("\(action) without a session after \(event)") }
        case .arm, .cancel, .report:
            break
        }
    }

    private mutating func event(_ generator: inout MessageGenerator) -> PeerStateMachine.Event {
        switch generator.below(20) {
        case 0: return .start(machine.configuration)
        case 1: return .stop(generator.chance(2) ? .configurationChanged : .restarting)
        case 2, 3:
            guard isDialling else { return .expired(.connectRetry) }
            isDialling = false
            return generator.chance(3) ? .dialFailed(.refused) : .connected(connect())
        case 4, 5: return .accepted(connect())
        case 6: return .expired(.idleHold)
        case 7: return .expired(.settle)
        case 8: return .announcedAll
        default: return .session(anyConnection(&generator), sessionEvent(&generator))
        }
    }

    private mutating func connect() -> ConnectionID {
        nextID += 1
        let id = ConnectionID(rawValue: nextID)
        open.insert(id)
        return id
    }

    /// Mostly one that is there.
    private func anyConnection(_ generator: inout MessageGenerator) -> ConnectionID {
        let ids = open.sorted { $0.rawValue < $1.rawValue }
        guard !ids.isEmpty, !generator.chance(10) else {
            return ConnectionID(rawValue: UInt64(generator.below(Int(nextID) + 1)))
        }
        return ids[generator.below(ids.count)]
    }

    private func sessionEvent(_ generator: inout MessageGenerator) -> SessionStateMachine.Event {
        switch generator.below(12) {
        case 0...3:
            // Higher and lower than ours, so that either connection of a collision is kept at times.
            let routerID: UInt32 = generator.chance(2) ? 0x0A00_0001 : 0x0A00_00FF
            return .received(.open(SomePeer.open(notifications: generator.chance(2), routerID: routerID)))
        case 4...7: return .received(.keepalive)
        case 8: return .received(generator.message(generator.context()))
        case 9: return .expired(generator.chance(2) ? .hold : .keepalive)
        case 10: return generator.chance(3) ? .malformed(.malformedOpen) : .sent
        default: return .disconnected(generator.chance(2) ? .resetByPeer : .closedByPeer)
        }
    }
}
