import BGPEngine
import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// A speaker that reports to an API server in trouble.
struct NodeStatusTests {
    /// How a request for a status goes wrong.
    private enum Fault: Int, CaseIterable {
        case conflict = 409
        case notFound = 404
        case tooManyRequests = 429
        case serverError = 500
        /// Nobody there.
        case unreachable = 0
        /// Done, and nobody hears of it.
        case lostAnswer = -1
    }

    /// Lets every other request for a status go wrong, at random, and remembers what the server was asked to keep.
    private final class Trouble: Sendable {
        private struct State {
            var random: SeededGenerator
            var isOver = false
            var asked = 0
            var lost = 0
            var kept: [BGPNodeConfig.Status] = []
        }

        private struct Written: Decodable {
            var status: BGPNodeConfig.Status
        }

        private let state: Mutex<State>

        init(seed: UInt64) {
            state = Mutex(State(random: SeededGenerator(seed: seed)))
        }

        /// How many requests for a status there were.
        var asked: Int { state.withLock(\.asked) }
        /// How many of them were done without an answer.
        var lost: Int { state.withLock(\.lost) }
        /// The statuses that the server took, in their order.
        var kept: [BGPNodeConfig.Status] { state.withLock(\.kept) }

        func end() { state.withLock { $0.isOver = true } }

        func answer(
            _ request: KubeRequest,
            _ server: @Sendable () async throws -> KubeResponse
        ) async throws -> KubeResponse {
            guard request.method == .patch, request.path.hasSuffix("/bgpnodeconfigs/n1/status") else {
                return try await server()
            }
            let fault = state.withLock { state -> Fault? in
                state.asked += 1
                return state.isOver || Bool.random(using: &state.random)
                    ? nil : Fault.allCases.randomElement(using: &state.random)
            }
            switch fault {
            case nil, .lostAnswer:
                let response = try await server()
                // The answer is metadata alone; what was taken is in the question.
                let status = try request.body.map { try JSON.decode(Written.self, from: $0).status }
                state.withLock { state in
                    if let status { state.kept.append(status) }
                    if fault != nil { state.lost += 1 }
                }
                if fault != nil { throw KubeError(.unreachable, "the connection broke") }
                return response
            case .unreachable:
                throw KubeError(.unreachable, "nobody there")
            case let refusal?:
                let body: JSONValue = ["kind": "Status", "status": "Failure", "message": "at random"]
                return KubeResponse(status: refusal.rawValue, body: try JSON.encode(body))
            }
        }
    }

    @Test(arguments: UInt64(1)...3)
    func `the status is right in the end, through refusals and lost answers, with no more writes than changes`(
        seed: UInt64
    ) async throws {
        let number = UInt8(40 + seed)
        let world = TestNode(number: number)
        let router = TestRouter(number)
        let trouble = Trouble(seed: seed)
        let clock = ManualClock()
        try await TestCluster.with { cluster in
            for text in [world.node, world.nodeConfig, world.peerConfig, world.advertisement] {
                try await cluster.apply(text)
            }
            let client = cluster.client { try await trouble.answer($0, $1) }
            let speaker = speaker(.server(client)) { $0.statusClock = clock }
            try await running([router.speaker] + speaker.services) {
                var random = SeededGenerator(seed: seed)
                var services: Set<Int> = []
                var (rounds, before) = (0, 0)
                while rounds < 12 {
                    rounds += 1
                    let service = Int.random(in: 1...4, using: &random)
                    if services.remove(service) != nil {
                        try await cluster.client.delete(
                            Service.self,
                            ObjectKey(namespace: "default", name: "s\(service)")
                        )
                    } else {
                        services.insert(service)
                        try await cluster.apply(world.service("s\(service)", "192.0.2.\(service)"))
                    }
                    let count = services.count + 1
                    try await eventually("the change is announced", is: [count]) {
                        speaker.sessions.snapshot().compactMap(\.families.first?.announced)
                    }
                    // In half of the rounds the next change comes before this one is written.
                    if rounds < 12, Bool.random(using: &random) { continue }
                    if rounds == 12 { trouble.end() }
                    try await eventually("the status says so", is: count as Int?) {
                        clock.advance(by: .seconds(60))
                        return try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status?
                            .advertisedRoutes
                    }
                    before += 1
                }
                let status = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1")).status
                #expect(status?.sessions == SessionCounts(established: 1, total: 1))
                #expect(status?.bgpInstances.first?.peers.first?.routeCount.map(\.advertised) == [services.count + 1])
                #expect(status == trouble.kept.last)
                // One for each time that the status was waited for; the same once more only where the answer was lost.
                #expect(trouble.kept.count <= before + trouble.lost)
                let repeated = zip(trouble.kept, trouble.kept.dropFirst()).count { $0 == $1 }
                #expect(repeated <= trouble.lost)
            }
        }
    }
}
