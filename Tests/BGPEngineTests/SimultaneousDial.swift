import BGPEngine
import BGPTypes
import BGPWire

/// Two routers that have both dialled: every order in which connections are noticed and messages read (RFC 4271 §6.8).
///
/// Wire 0 is the node's, wire 1 the router's. No timer runs out: what is not settled by what the two say is not settled.
struct SimultaneousDial {
    enum Side: Int, CaseIterable {
        case node, router
        var other: Side { self == .node ? .router : .node }
    }

    /// One of the two routers.
    enum Speaker: Hashable {
        case engine(PeerStateMachine)
        case plain(PlainRouter)
    }

    /// What a side knows of a wire.
    enum End: Hashable {
        case unnoticed
        case open
        case closed
    }

    enum Item {
        case message(Message)
        case end
    }

    /// A thing that may happen next.
    struct Step: Hashable {
        let side: Side
        let wire: Int
    }

    private(set) var speakers: [Speaker]
    /// What each side was told, by which its state is known: what, and on which wire.
    private(set) var histories = ["", ""]
    /// By wire, then side.
    private var ends = [[End.unnoticed, .unnoticed], [.unnoticed, .unnoticed]]
    /// By wire, then the side that reads.
    private var streams: [[[Item]]] = [[[], []], [[], []]]

    init(_ node: PeerConfiguration, _ router: Speaker) {
        var machine = PeerStateMachine(node, restarted: false, seed: 1)
        _ = machine.handle(.start(node))
        speakers = [.engine(machine), router]
    }

    /// What may happen next; nothing at the end.
    var steps: [Step] {
        Side.allCases.flatMap { side in
            (0..<2).compactMap { wire in
                let isDue =
                    switch ends[wire][side.rawValue] {
                    case .unnoticed: true
                    case .open: !streams[wire][side.rawValue].isEmpty
                    case .closed: false
                    }
                return isDue ? Step(side: side, wire: wire) : nil
            }
        }
    }

    /// What else there is but the two sides' states.
    var network: [[[String]]] {
        (0..<2).map { wire in
            (0..<2).map { side in
                ["\(ends[wire][side])"]
                    + streams[wire][side].map { item in
                        switch item {
                        case .message(let message): "\(message.type)"
                        case .end: "end"
                        }
                    }
            }
        }
    }

    /// The wire on which a side has its session.
    func established(_ side: Side) -> Int? {
        switch speakers[side.rawValue] {
        case .engine(let machine): machine.establishedConnection.map { Int($0.rawValue) }
        case .plain(let router): router.established
        }
    }

    /// How many wires a side has open.
    func openWires(_ side: Side) -> Int {
        (0..<2).count { ends[$0][side.rawValue] == .open }
    }

    mutating func take(_ step: Step) {
        let (side, wire) = (step.side, step.wire)
        guard ends[wire][side.rawValue] == .open else {
            ends[wire][side.rawValue] = .open
            tell(side, wire, .noticed)
            return
        }
        switch streams[wire][side.rawValue].removeFirst() {
        case .message(let message): tell(side, wire, .received(message))
        case .end: tell(side, wire, .ended)
        }
    }

    /// The established session of the node has stood.
    mutating func settle() {
        act(.node) { $0.handle(.expired(.settle)) }
        act(.router) { $0.handle(.expired(.settle)) }
    }

    enum News {
        case noticed
        case received(Message)
        case ended

        var word: String {
            switch self {
            case .noticed: "connection"
            case .received(let message): "\(message.type)"
            case .ended: "end"
            }
        }
    }

    private mutating func tell(_ side: Side, _ wire: Int, _ news: News) {
        histories[side.rawValue] += "\(news.word)\(wire) "
        if case .plain(var router) = speakers[side.rawValue] {
            let orders = router.hear(news, on: wire)
            speakers[side.rawValue] = .plain(router)
            for order in orders {
                switch order {
                case .send(let message, let wire): send(.message(message), side, wire)
                case .close(let wire): close(side, wire)
                }
            }
            return
        }
        let id = ConnectionID(rawValue: UInt64(wire))
        act(side) { machine in
            switch news {
            case .noticed: machine.handle(wire == side.rawValue ? .connected(id) : .accepted(id))
            case .received(let message): machine.handle(.session(id, .received(message)))
            case .ended: machine.handle(.session(id, .disconnected(.closedByPeer)))
            }
        }
    }

    private mutating func act(_ side: Side, _ event: (inout PeerStateMachine) -> [PeerStateMachine.Action]) {
        guard case .engine(var machine) = speakers[side.rawValue] else { return }
        let actions = event(&machine)
        speakers[side.rawValue] = .engine(machine)
        for action in actions {
            switch action {
            case .send(let message, let id): send(.message(message), side, Int(id.rawValue))
            case .close(let id): close(side, Int(id.rawValue))
            case .abandonDial: close(side, side.rawValue)
            default: break
            }
        }
    }

    private mutating func send(_ item: Item, _ side: Side, _ wire: Int) {
        guard ends[wire][side.other.rawValue] != .closed else { return }
        streams[wire][side.other.rawValue].append(item)
    }

    private mutating func close(_ side: Side, _ wire: Int) {
        guard ends[wire][side.rawValue] != .closed else { return }
        ends[wire][side.rawValue] = .closed
        streams[wire][side.rawValue] = []
        send(.end, side, wire)
    }
}

/// A router that does as RFC 4271 says, and no more: it decides by what it knows when an OPEN arrives.
struct PlainRouter: Hashable {
    enum State: Hashable {
        case none
        case openSent
        case openConfirm
        case established
        case closed
    }

    enum Order {
        case send(Message, Int)
        case close(Int)
    }

    let open: Open
    let peerRouterID: RouterID
    /// Whether it compares identifiers with a connection in OpenSent too, as FRR does; BIRD waits for OpenConfirm.
    let decidesInOpenSent: Bool
    /// Whether it closes the other connection as soon as one is established, rather than when its OPEN comes.
    let closesOnEstablished: Bool
    private var states: [State] = [.none, .none]

    init(open: Open, peerRouterID: RouterID, decidesInOpenSent: Bool, closesOnEstablished: Bool) {
        self.open = open
        self.peerRouterID = peerRouterID
        self.decidesInOpenSent = decidesInOpenSent
        self.closesOnEstablished = closesOnEstablished
    }

    var established: Int? { states.firstIndex(of: .established) }

    mutating func hear(_ news: SimultaneousDial.News, on wire: Int) -> [Order] {
        switch news {
        case .noticed:
            guard established == nil else { return close(wire, with: nil) }
            states[wire] = .openSent
            return [.send(.open(open), wire)]
        case .ended, .received(.notification):
            return close(wire, with: nil)
        case .received(.open):
            return takeOpen(wire)
        case .received(.keepalive):
            guard states[wire] == .openConfirm else { return [] }
            states[wire] = .established
            return closesOnEstablished && isUp(1 - wire) ? close(1 - wire, with: .connectionCollisionResolution) : []
        case .received:
            return []
        }
    }

    private mutating func takeOpen(_ wire: Int) -> [Order] {
        let other = 1 - wire
        var orders: [Order] = []
        let collides = states[other] == .openConfirm || states[other] == .openSent && decidesInOpenSent
        // Wire 0 is the peer's.
        let keepsThis = (peerRouterID > open.routerID) == (wire == 0)
        if states[other] == .established || collides && !keepsThis {
            return close(wire, with: .connectionCollisionResolution)
        }
        if collides { orders = close(other, with: .connectionCollisionResolution) }
        states[wire] = .openConfirm
        return orders + [.send(.keepalive, wire)]
    }

    private func isUp(_ wire: Int) -> Bool { states[wire] == .openSent || states[wire] == .openConfirm }

    private mutating func close(_ wire: Int, with cease: NotificationError.Cease?) -> [Order] {
        states[wire] = .closed
        return (cease.map { [.send(.notification(.cease($0)), wire)] } ?? []) + [.close(wire)]
    }
}
