import BGPResources
import BGPTypes
import FoundationEssentials
import Glibc
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import Synchronization
import TestSupport

/// A node with the built speaker and one peer, where something is wrong on purpose.
struct FailingSession: Sendable {
    /// The router's host at 10.0.0.254, or at 10.1.0.254 behind another when routed.
    let routerHost: NetworkHost
    /// The node's host at 10.0.0.1.
    let nodeHost: NetworkHost
    /// The router, if the row has one.
    let router: WrongRouter.Running?
    /// Where the node's manifests are.
    let manifests: TemporaryDirectory
    /// Other speakers on the node.
    let rivals: Rivals
    private let programs: Programs

    /// What else runs on the node; ends with the session.
    final class Rivals: Sendable {
        private let birds = Mutex<[BIRD]>([])

        func add(_ bird: BIRD) {
            birds.withLock { $0.append(bird) }
        }

        func stop() async {
            for bird in birds.withLock({ $0 }) { await bird.stop() }
        }
    }

    /// Builds hosts, router and node as the row says, calls `body`, and takes all down.
    static func with(_ row: FailureRow, _ body: (FailingSession) async throws -> Void) async throws {
        try await VirtualNetwork.with(row.isRouted ? routedPlan : linkPlan) { network in
            let (routerHost, nodeHost) = (try network["router"], try network["node"])
            if row.isRouted { try await Self.route(network) }
            let router = try await row.router.start(on: routerHost)
            let session = FailingSession(
                routerHost: routerHost,
                nodeHost: nodeHost,
                router: router,
                manifests: try TemporaryDirectory("manifests"),
                rivals: Rivals(),
                programs: try Programs()
            )
            do {
                try await row.before?(session)
                try session.manifests.write(row.manifests, to: "node.yaml")
                try await session.startSpeaker(with: row.wrapper)
                try await row.meanwhile?(session)
                if let after = row.after {
                    _ = try await eventually("the session is established") {
                        try await session.page().peers.first { $0.status.peeringState == .established }
                    }
                    try await after(session)
                }
                try await body(session)
            } catch {
                let log = await session.programs.log(of: "speaker").suffix(3000)
                let page = (try? await session.page()).map { "\($0)" } ?? "no page"
                await session.programs.stopAll()
                await router?.stop()
                await session.rivals.stop()
                throw Cluster.Failure(description: "\(error)\n\(page)\n\(log)")
            }
            await session.programs.stopAll()
            await router?.stop()
            await session.rivals.stop()
        }
    }

    /// What the speaker says at `/v1/peers`; its peers are the same values that BGPNodeConfig.status carries.
    func page() async throws -> NodePeers {
        // Bash opens the connection, so that no HTTP client has to be installed.
        let request = """
            exec 3<>/dev/tcp/127.0.0.1/9179
            printf 'GET /v1/peers HTTP/1.0\\r\\nHost: speaker\\r\\nConnection: close\\r\\n\\r\\n' >&3
            cat <&3
            """
        let answer = try await nodeHost.command("bash", "-c", request).run()
        guard let start = answer.firstRange(of: "\r\n\r\n") else { throw Overdue(description: "no page: \(answer)") }
        return try JSON.decode(NodePeers.self, from: String(answer[start.upperBound...]))
    }

    /// What the speaker has logged so far.
    func log() async -> String { await programs.log(of: "speaker") }

    /// Stops the router's programs where they are, so that its system answers for them.
    func freezeRouter() async throws {
        try await signalRouter(SIGSTOP)
    }

    /// Lets the frozen programs go on once the node's OPEN waits for them, before they have set anything on its connection.
    func thawRouterOnOpen() async throws {
        _ = try await eventually("the node's OPEN waits at the router") {
            let sockets = try await routerHost.command("ss", "-tnH", "state", "established", "sport = :179").run()
            return sockets.split(separator: " ").first.flatMap { Int($0) }.flatMap { $0 > 0 ? true : nil }
        }
        try await signalRouter(SIGCONT)
    }

    /// Ends the router's programs at once.
    func killRouter() async throws {
        try await signalRouter(SIGKILL)
    }

    private func signalRouter(_ signal: CInt) async throws {
        let pids = try await Command("ip", "netns", "pids", routerHost.namespace).run()
        for pid in pids.split(separator: "\n").compactMap({ pid_t($0) }) { _ = Glibc.kill(pid, signal) }
    }

    private func startSpeaker(with wrapper: [String]) async throws {
        try await programs.start(
            "bgp-speaker",
            as: "speaker",
            on: nodeHost,
            [
                "--node", "node", "--manifests", manifests.path, "--datapath-probe", "none",
                "--admin-address", "127.0.0.1:9179", "--log-level", "debug",
            ],
            by: wrapper
        )
    }

    private static let linkPlan = [
        HostPlan("router", on: "lan", "10.0.0.254/24", "fd00:1::254/64", "fe80::254/64"),
        HostPlan("node", on: "lan", "10.0.0.1/24", "fd00:1::1/64", "fe80::1/64"),
    ]

    private static let routedPlan = [
        HostPlan("router", on: "far", "10.1.0.254/24"),
        HostPlan(
            "between",
            links: [
                HostPlan.Link(segment: "lan", addresses: ["10.0.0.2/24"]),
                HostPlan.Link(segment: "far", addresses: ["10.1.0.2/24"]),
            ]
        ),
        HostPlan("node", on: "lan", "10.0.0.1/24"),
    ]

    private static func route(_ network: VirtualNetwork) async throws {
        try await network["between"].command("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward").run()
        try await network["router"].configure(["route add 10.0.0.0/24 via 10.1.0.2"])
        try await network["node"].configure(["route add 10.1.0.0/24 via 10.0.0.2"])
    }
}

extension NetworkHost {
    /// Loads rules of nftables.
    func filter(_ hook: String, _ rule: String) async throws {
        let rules = "table inet wrong { chain \(hook) { type filter hook \(hook) priority 0; \(rule); }; }\n"
        try await command(["nft", "-f", "-"], input: rules).run()
    }
}
