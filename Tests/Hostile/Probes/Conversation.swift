package import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import TestSupport

/// Two peers talk in memory, on connections that a seeded scheduler delays, loses, repeats and cuts; time is a number.
///
/// What is sent goes in segments of any size. Each may come late, be lost and sent again, or come twice; the receiving
/// system puts them in order and drops what it has, as TCP does. Nothing else is in order: what two connections carry, when a
/// dial succeeds, when an end is noticed. A cut may be seen by one side long before the other, which is a half-open
/// connection.
package struct Conversation {
    enum Side: Int, CaseIterable {
        case left, right
        var other: Side { self == .left ? .right : .left }
    }

    /// What flows to one side of a connection.
    private struct Stream {
        /// The number of the next segment to leave.
        var next = 0
        /// The number of the segment that is awaited.
        var awaited = 0
        /// Segments that overtook it.
        var early: [Int: Segment] = [:]
        var unread = ByteBuffer()
        var decoder = MessageDecoder()

        /// The awaited segment if it is there; older ones are repetitions and never asked for.
        mutating func takeAwaited() -> Segment? {
            guard let segment = early.removeValue(forKey: awaited) else { return nil }
            awaited += 1
            return segment
        }

        mutating func message() -> MessageDecoder.Inbound? {
            decoder.decode(buffer: &unread)
        }
    }

    private enum Segment {
        case bytes(ByteBuffer)
        /// The sender has closed.
        case end
    }

    private struct Wire {
        var ids: [Side: ConnectionID]
        var isCut = false
        /// By the side that receives.
        var streams = [Stream(), Stream()]
        var saidGoodbye: Set<Side> = []
    }

    private enum Delivery {
        case segment(Segment, number: Int, wire: Int)
        case end(wire: Int, Disconnection)
        case arrival(wire: Int)
        case dialOutcome(wire: Int?, dial: Int)
    }

    private var machines: [Side: PeerStateMachine]
    /// What went wrong with the rules that hold at all times.
    package private(set) var violations: [String] = []
    private var now = 0
    private var order = 0
    private var pending: [(time: Int, order: Int, to: Side, what: Delivery)] = []
    private var timers: [Side: [PeerStateMachine.Timer: Int]] = [.left: [:], .right: [:]]
    private var wires: [Wire] = []
    private var nextID: [Side: UInt64] = [.left: 0, .right: 0]
    private var dials: [Side: Int] = [.left: 0, .right: 0]
    private var random: SeededGenerator
    private var trouble: Double

    /// Two peers that know each other; `trouble` is how probable it is that a dial fails, and more.
    package init(_ left: PeerConfiguration, _ right: PeerConfiguration, seed: UInt64, trouble: Double) {
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
    package mutating func run(milliseconds: Int) {
        let end = now + milliseconds
        while let next = nextTime(), next <= end {
            now = next
            step()
        }
        now = end
    }

    /// Lets time pass until both are established, and a while longer in which they stay so; `false` when they do not.
    package mutating func settle(within limit: Int, stay: Int) -> Bool {
        let end = now + limit
        while !isEstablished, let next = nextTime(), next <= end {
            now = next
            step()
        }
        run(milliseconds: stay)
        return isEstablished
    }

    /// From now on nothing is lost.
    package mutating func calm() {
        trouble = 0
    }

    /// Both are established on one and the same connection.
    package var isEstablished: Bool {
        guard let left = machines[.left]?.establishedConnection, let right = machines[.right]?.establishedConnection
        else { return false }
        return wires.contains { $0.ids[.left] == left && $0.ids[.right] == right && !$0.isCut }
    }

    private func nextTime() -> Int? {
        var next = pending.min { $0.time < $1.time }?.time
        for side in Side.allCases {
            for time in (timers[side] ?? [:]).values { next = min(next ?? time, time) }
        }
        return next
    }

    private mutating func step() {
        let first = pending.indices.min {
            (pending[$0].time, pending[$0].order) < (pending[$1].time, pending[$1].order)
        }
        if let first, pending[first].time <= now {
            let delivery = pending.remove(at: first)
            deliver(delivery.what, to: delivery.to)
            return
        }
        for side in Side.allCases {
            // Of equal times the one that the same run would take again.
            let due = (timers[side] ?? [:]).filter { $0.value <= now }
                .min { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }
            guard let timer = due?.key else { continue }
            timers[side]?[timer] = nil
            switch timer {
            case .session(let id, let name): act(side, .session(id, .expired(name)))
            case .connectRetry, .idleHold, .settle, .collision: act(side, .expired(timer))
            }
            return
        }
    }

    private mutating func deliver(_ delivery: Delivery, to side: Side) {
        switch delivery {
        case .segment(let segment, let number, let wire):
            guard !wires[wire].isCut else { return }
            wires[wire].streams[side.rawValue].early[number] = segment
            receive(on: wire, side)
        case .end(let wire, let disconnection):
            guard let id = wires[wire].ids[side] else { return }
            act(side, .session(id, .disconnected(disconnection)))
        case .arrival(let wire):
            let id = newID(side)
            wires[wire].ids[side] = id
            act(side, .accepted(id))
            receive(on: wire, side)
        case .dialOutcome(let wire, let dial):
            guard dials[side] == dial else {
                if let wire { transmit(.end, to: side.other, on: wire) }
                return
            }
            guard let wire else {
                act(side, .dialFailed(.timedOut(nil)))
                return
            }
            let id = newID(side)
            wires[wire].ids[side] = id
            act(side, .connected(id))
            receive(on: wire, side)
        }
    }

    /// Hands on what has arrived without a gap, once the connection is known to this side.
    private mutating func receive(on wire: Int, _ side: Side) {
        while let id = wires[wire].ids[side], !wires[wire].isCut,
            let segment = wires[wire].streams[side.rawValue].takeAwaited()
        {
            switch segment {
            case .end:
                act(side, .session(id, .disconnected(.closedByPeer)))
            case .bytes(let bytes):
                wires[wire].streams[side.rawValue].unread.writeImmutableBuffer(bytes)
                while wires[wire].ids[side] == id, let inbound = wires[wire].streams[side.rawValue].message() {
                    switch inbound {
                    case .message(let message): act(side, .session(id, .received(message)))
                    case .malformed(let error): violations.append("\(side) cannot read \(error)")
                    }
                }
            }
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
            running.connections.count(where: { $0.session.sessionState == .established }) > 1
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
        post(.dialOutcome(wire: wire, dial: dial), to: side, after: delay())
        post(.arrival(wire: wire), to: side.other, after: delay())
    }

    private mutating func send(_ message: Message, _ id: ConnectionID, _ side: Side) {
        guard let wire = wires.lastIndex(where: { $0.ids[side] == id }) else { return }
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
        if case .open(let open) = message { wires[wire].streams[side.rawValue].decoder.local = open }
        let context = wires[wire].streams[side.rawValue].decoder.context
        var bytes = message.encoded(in: context)
        while bytes.readableBytes > 0,
            let piece = bytes.readSlice(length: 1 + Int(random.next() % UInt64(bytes.readableBytes)))
        {
            transmit(.bytes(piece), to: side.other, on: wire)
        }
        act(side, .session(id, .sent))
    }

    private mutating func cut(_ wire: Int) {
        wires[wire].isCut = true
        let unaware = Side(rawValue: happens(0.5) ? 0 : 1) ?? .left
        post(.end(wire: wire, .resetByPeer), to: unaware.other, after: delay())
    }

    private mutating func close(_ id: ConnectionID, _ side: Side) {
        for timer in SessionStateMachine.Timer.allCases { timers[side]?[.session(id, timer)] = nil }
        guard let wire = wires.lastIndex(where: { $0.ids[side] == id }) else { return }
        wires[wire].ids[side] = nil
        transmit(.end, to: side.other, on: wire)
    }

    /// Sends a segment as often as it takes, and at times once more than that.
    private mutating func transmit(_ segment: Segment, to side: Side, on wire: Int) {
        let number = wires[wire].streams[side.rawValue].next
        wires[wire].streams[side.rawValue].next = number + 1
        let delivery = Delivery.segment(segment, number: number, wire: wire)
        var wait = delay()
        while happens(trouble / 4) { wait += 200 + delay() }
        post(delivery, to: side, after: wait)
        if happens(trouble / 4) { post(delivery, to: side, after: wait + delay()) }
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
