import BGPEngine
import BGPTypes
import BGPWire
import Testing

@Suite struct SimultaneousDialTests {
    /// The router on the other side.
    struct Opponent: CustomTestStringConvertible {
        let testDescription: String
        let speaker: @Sendable (Setting) throws -> SimultaneousDial.Speaker

        static func plain(_ words: String, decidesInOpenSent: Bool, closesOnEstablished: Bool) -> Opponent {
            Opponent(testDescription: words) { setting in
                .plain(
                    PlainRouter(
                        open: try Fixture.open(routerID: setting.routerID),
                        peerRouterID: try Fixture.routerID("10.0.0.12"),
                        decidesInOpenSent: decidesInOpenSent,
                        closesOnEstablished: closesOnEstablished
                    )
                )
            }
        }

        static let all = [
            Opponent(testDescription: "of this kind") { setting in
                var configuration = try Fixture.peer(remoteAS: 65001)
                configuration.localAS = 65000
                configuration.routerID = try Fixture.routerID(setting.routerID)
                var machine = PeerStateMachine(configuration, restarted: false, seed: 2)
                _ = machine.handle(.start(configuration))
                return .engine(machine)
            },
            .plain("that compares in OpenConfirm", decidesInOpenSent: false, closesOnEstablished: false),
            .plain("that compares in OpenConfirm, tidy", decidesInOpenSent: false, closesOnEstablished: true),
            .plain("that compares in OpenSent", decidesInOpenSent: true, closesOnEstablished: false),
            .plain("that compares in OpenSent, tidy", decidesInOpenSent: true, closesOnEstablished: true),
        ]
    }

    /// Whose identifier is higher; the node's is 10.0.0.12.
    enum Setting: CaseIterable {
        case nodeWins, routerWins, equal

        var routerID: String {
            switch self {
            case .nodeWins: "10.0.0.1"
            case .routerWins: "10.0.0.99"
            case .equal: "10.0.0.12"
            }
        }
    }

    @Test(arguments: Opponent.all, [Setting.nodeWins, .routerWins])
    func `two routers that dial each other at once get a session in every order of events`(
        opponent: Opponent,
        setting: Setting
    ) throws {
        try search(opponent, setting)
    }

    @Test func `two routers with equal identifiers get a session as well`() throws {
        try search(try #require(Opponent.all.first), .equal)
    }

    /// Numbers for states of a side, since to compare whole machines for every world would take minutes.
    private struct StateNumbers {
        private var byHistory: [[String: Int]] = [[:], [:]]
        private var byState: [[SimultaneousDial.Speaker: Int]] = [[:], [:]]

        struct Key: Hashable {
            let states: [Int]
            let network: [[[String]]]
        }

        mutating func key(of world: SimultaneousDial) -> Key {
            Key(states: SimultaneousDial.Side.allCases.map { number(of: $0, in: world) }, network: world.network)
        }

        private mutating func number(of side: SimultaneousDial.Side, in world: SimultaneousDial) -> Int {
            let index = side.rawValue
            let history = world.histories[index]
            if let known = byHistory[index][history] { return known }
            let state = world.speakers[index]
            let number = byState[index][state] ?? byState[index].count
            byState[index][state] = number
            byHistory[index][history] = number
            return number
        }
    }

    private func search(_ opponent: Opponent, _ setting: Setting) throws {
        let start = SimultaneousDial(try Fixture.peer(), try opponent.speaker(setting))
        var numbers = StateNumbers()
        var seen = [numbers.key(of: start)] as Set
        var open = [start]
        var ends = 0
        while let world = open.popLast() {
            let steps = world.steps
            if steps.isEmpty {
                ends += 1
                try check(world)
            }
            for step in steps {
                var next = world
                next.take(step)
                if seen.insert(numbers.key(of: next)).inserted { open.append(next) }
            }
        }
        #expect(ends > 0)
    }

    /// Nothing is left to happen: both have the same session, and once it has stood there is no other connection.
    private func check(_ world: SimultaneousDial) throws {
        let wire = world.established(.node)
        try #require(
            wire != nil && wire == world.established(.router),
            "node: \(world.histories[0]), router: \(world.histories[1])"
        )
        var later = world
        later.settle()
        while let step = later.steps.first { later.take(step) }
        #expect(later.established(.node) == wire && later.established(.router) == wire)
        #expect(later.openWires(.node) == 1 && later.openWires(.router) == 1)
    }
}
