import Addressing
import BGPEngine
import BGPWire
import TestSupport

/// Two peers talk in memory, on connections that a seeded scheduler delays, loses and cuts; time is a number.
///
/// A connection keeps its order, as TCP does, but nothing else is in order: what two connections carry, when a dial
/// succeeds, when an end is noticed. A cut may be seen by one side long before the other, which is a half-open connection.
struct Conversation {
    enum Side: Int, CaseIterable {
        case left, right
        var other: Side { self == .left ? .right : .left }
    }

    private struct Wire {
        var ids: [Side: ConnectionID]
        var isCut = false
        /// No byte overtakes an earlier one.
        var busyUntil: [Side: Int] = [:]
        var saidGoodbye: Set<Side> = []
    }

    private enum Delivery {
        case message(Message, wire: Int)
        case end(wire: Int, Disconnection)
        case arrival(wire: Int)
        case dialOutcome(wire: Int?, dial: Int)
    }

    private(set) var machines: [Side: PeerStateMachine]
    /// What went wrong with the rules that hold at all times.
    private(set) var violations: [String] = []
    private var now = 0
    private var order = 0
    private var pending: [(time: Int, order: Int, to: Side, what: Delivery)] = []
    private var timers: [Side: [PeerStateMachine.Timer: Int]] = [.left: [:], .right: [:]]
    private var wires: [Wire] = []
    private var nextID: [Side: UInt64] = [.left: 0, .right: 0]
    private var dials: [Side: Int] = [.left: 0, .right: 0]
    private var random: SeededGenerator
    private var trouble: Double

    init(_ left: PeerConfiguration, _ right: PeerConfiguration, seed: UInt64, trouble: Double) {
        random = SeededGenerator(seed: seed)
        self.trouble = trouble
        machines = [
            .left: PeerStateMachine(left, restarted: false, seed: seed),
            .right: PeerStateMachine(right, restarted: false, seed: seed &+ 1),
        ]
        act(.left, .start(left))
        act(.right, .start(right))
    }

    /// Lets so many milliseconds pass.
    mutating func run(milliseconds: Int) {
        let end = now + milliseconds
        while let next = nextTime(), next <= end {
            now = next
            step()
        }
        now = end
    }

    /// From now on nothing is lost.
    mutating func calm() {
        trouble = 0
    }

    /// Both are established on one and the same connection.
    var isEstablished: Bool {
        guard let left = machines[.left]?.establishedConnection, let right = machines[.right]?.establishedConnection
        else { return false }
        return wires.contains { $0.ids[.left] == left && $0.ids[.right] == right && !$0.isCut }
    }

    private func nextTime() -> Int? {
        let deliveries = pending.map(\.time)
        let expiries = timers.values.flatMap(\.values)
        return (deliveries + expiries).min()
    }

    private mutating func step() {
        if let index = pending.indices.filter({ pending[$0].time <= now }).min(by: {
            pending[$0].order < pending[$1].order
        }) {
            let delivery = pending.remove(at: index)
            deliver(delivery.what, to: delivery.to)
            return
        }
        for side in Side.allCases {
            let due = (timers[side] ?? [:]).filter { $0.value <= now }.min { $0.value < $1.value }
            guard let timer = due?.key else { continue }
            timers[side]?[timer] = nil
            switch timer {
            case .session(let id, let name): act(side, .session(id, .expired(name)))
            case .connectRetry, .idleHold, .settle: act(side, .expired(timer))
            }
            return
        }
    }

    private mutating func deliver(_ delivery: Delivery, to side: Side) {
        switch delivery {
        case .message(let message, let wire):
            guard let id = wires[wire].ids[side], !wires[wire].isCut else { return }
            act(side, .session(id, .received(message)))
        case .end(let wire, let disconnection):
            guard let id = wires[wire].ids[side] else { return }
            act(side, .session(id, .disconnected(disconnection)))
        case .arrival(let wire):
            let id = newID(side)
            wires[wire].ids[side] = id
            act(side, .accepted(id))
        case .dialOutcome(let wire, let dial):
            guard dials[side] == dial else {
                if let wire { postInOrder(.end(wire: wire, .closedByPeer), to: side.other, on: wire) }
                return
            }
            guard let wire else {
                act(side, .dialFailed(.timedOut(nil)))
                return
            }
            let id = newID(side)
            wires[wire].ids[side] = id
            act(side, .connected(id))
        }
    }

    private mutating func newID(_ side: Side) -> ConnectionID {
        nextID[side, default: 0] += 1
        return ConnectionID(rawValue: nextID[side] ?? 0)
    }

    private mutating func act(_ side: Side, _ event: PeerStateMachine.Event) {
        guard let actions = machines[side]?.handle(event) else { return }
        for action in actions { perform(action, side) }
        if case .running(let running) = machines[side]?.state,
            running.connections.count(where: { $0.session.peerState == .established }) > 1
        {
            violations.append("\(side) has two established connections")
        }
    }

    private mutating func perform(_ action: PeerStateMachine.Action, _ side: Side) {
        switch action {
        case .dial: dial(side)
        case .abandonDial: dials[side, default: 0] += 1
        case .send(let message, let id): send(message, id, side)
        case .arm(let timer, let duration): timers[side]?[timer] = now + Int(duration / .milliseconds(1))
        case .cancel(let timer): timers[side]?[timer] = nil
        case .close(let id): close(id, side)
        case .established, .deliver, .repeatRoutes, .lost, .report: break
        }
    }

    private mutating func dial(_ side: Side) {
        dials[side, default: 0] += 1
        let dial = dials[side] ?? 0
        guard !happens(trouble) else {
            post(.dialOutcome(wire: nil, dial: dial), to: side, after: 5000)
            return
        }
        wires.append(Wire(ids: [:]))
        let wire = wires.count - 1
        // Either end may learn of the connection first, but neither hears anything on it before.
        postInOrder(.dialOutcome(wire: wire, dial: dial), to: side, on: wire)
        postInOrder(.arrival(wire: wire), to: side.other, on: wire)
    }

    private mutating func send(_ message: Message, _ id: ConnectionID, _ side: Side) {
        guard let wire = wires.firstIndex(where: { $0.ids[side] == id }) else { return }
        if wires[wire].saidGoodbye.contains(side) {
            violations.append("\(side) sent \(message.type) after NOTIFICATION")
        }
        if case .notification = message { wires[wire].saidGoodbye.insert(side) }
        if happens(trouble / 4) { cut(wire) }
        if wires[wire].isCut {
            // The other system no longer knows the connection and says so.
            post(.end(wire: wire, .resetByPeer), to: side, after: delay())
            return
        }
        postInOrder(.message(message, wire: wire), to: side.other, on: wire)
        act(side, .session(id, .sent))
    }

    private mutating func cut(_ wire: Int) {
        wires[wire].isCut = true
        let unaware = Side(rawValue: happens(0.5) ? 0 : 1) ?? .left
        post(.end(wire: wire, .resetByPeer), to: unaware.other, after: delay())
    }

    private mutating func close(_ id: ConnectionID, _ side: Side) {
        for timer in SessionStateMachine.Timer.allCases { timers[side]?[.session(id, timer)] = nil }
        guard let wire = wires.firstIndex(where: { $0.ids[side] == id }) else { return }
        wires[wire].ids[side] = nil
        postInOrder(.end(wire: wire, .closedByPeer), to: side.other, on: wire)
    }

    private mutating func postInOrder(_ delivery: Delivery, to side: Side, on wire: Int) {
        let time = max(now + delay(), (wires[wire].busyUntil[side] ?? 0) + 1)
        wires[wire].busyUntil[side] = time
        post(delivery, to: side, after: time - now)
    }

    private mutating func post(_ delivery: Delivery, to side: Side, after delay: Int) {
        order += 1
        pending.append((now + delay, order, side, delivery))
    }

    private mutating func delay() -> Int { Int(random.next() % 50) + 1 }

    private mutating func happens(_ probability: Double) -> Bool {
        Double(random.next() >> 11) * 0x1p-53 < probability
    }
}
