import BGPTypes
import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// Operator and speaker are replaced one after the other, and put back, beside a router that forgets nothing.
    ///
    /// The version before is that of the programs in the folder MARTLET_EARLIER_PROGRAMS; where none is given it is today's, so
    /// that the replacing itself is tried.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct UpgradeTests {
        @Test func `an upgrade and its rollback lose no route and announce none again, whichever program is newer`()
            async throws
        {
            try await UpgradeRack.with { rack in
                try await rack.run(operator: .before, speaker: .before)
                try await rack.run(operator: .now, speaker: nil)
                try await rack.run(operator: nil, speaker: .now)
                try await rack.waitForVersions()
                try await rack.run(operator: .before, speaker: nil)
                try await rack.run(operator: nil, speaker: .before)
                let events = await rack.changes
                #expect(events.count { $0.contains(" added ") } == 1, "\(events)")
                #expect(events.allSatisfy { $0.contains(" added ") || $0.contains(" ignored ") }, "\(events)")
            }
        }
    }
}

private let tools = Requirement.root(and: "socat", "openssl", "curl", "/usr/sbin/bird", "kubectl")

/// A node with its router and a control plane, on which programs of two versions take turns.
private actor UpgradeRack {
    enum Version {
        case before
        case now
    }

    private let router: BIRD
    private let network: VirtualNetwork
    private let api: PodAPI
    private let logs: TemporaryDirectory
    private let state: TemporaryDirectory
    private var programs: [String: RunningProcess] = [:]
    private var sessions = 0

    private init(_ network: VirtualNetwork) throws {
        self.network = network
        api = try PodAPI(on: network.control)
        router = try BIRD(.two, on: network["router"], OneNodeSite.router(node: "debug { states, routes };"))
        logs = try TemporaryDirectory("upgrade")
        state = try TemporaryDirectory("state", isOpen: false)
    }

    static func with(_ body: @Sendable (UpgradeRack) async throws -> Void) async throws {
        let plan = [HostPlan("router", on: "rack", "172.16.10.1/24"), HostPlan("node1", on: "rack", "172.16.10.11/24")]
        try await VirtualNetwork.with(plan) { network in
            let rack = try UpgradeRack(network)
            do {
                try await rack.start()
                try await body(rack)
            } catch {
                let log = await rack.log
                await rack.stop()
                throw Overdue(description: "\(error)\n\(log)")
            }
            await rack.stop()
        }
    }

    private func start() async throws {
        try await router.start()
        try await api.start()
        try await OneNodeSite.apply(to: api)
        let configuration = OneNodeSite.configuration(holdTime: 30, restartTime: 120)
        try await api.kubectl("apply", manifest: configuration)
    }

    private func stop() async {
        for program in programs.values { await program.stop() }
        await router.stop()
        await api.stop()
    }

    private var log: String {
        get async { "\(programs.values.map(\.output).joined())\n\(await router.log)\n\(await api.log)" }
    }

    /// Puts programs in the place of those that run, and waits until the router has its session and its route with them.
    func run(operator other: Version?, speaker: Version?) async throws {
        if let other {
            try await replace("bgp-operator", other, on: network.control, ["--no-leader-elect"])
        }
        if let speaker {
            sessions += 1
            let options = ["--node", "node1", "--datapath-probe", "none", "--state-dir", state.path]
            try await replace("bgp-speaker", speaker, on: network["node1"], options)
        }
        let wanted = sessions
        try await eventually("the router has had \(wanted) sessions", is: wanted) {
            await router.log.split(separator: "\n").count { $0.hasSuffix("node1: State changed to up") }
        }
        try await eventually("the router's route", is: ["203.0.113.1/32"]) {
            try await Array(router.table(.ipv4).routes.keys)
        }
        try await eventually("operator and speaker agree", is: "True") {
            try await api.kubectl(
                "get",
                "bgpclusterconfigs",
                "rack",
                "-o",
                "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
            )
        }
    }

    private func replace(_ name: String, _ version: Version, on host: NetworkHost, _ options: [String]) async throws {
        if let present = programs[name] { #expect(await present.stop() == .exited(0), "\(present.output)") }
        let earlier = ProcessInfo.processInfo.environment["MARTLET_EARLIER_PROGRAMS"]
        let path = version == .before ? earlier.map { "\($0)/\(name)" } : nil
        programs[name] = try host.command(
            [try path ?? Checkout.program(name), "--kubeconfig", api.kubeconfig]
                + ["--admin-address", "none", "--health-address", "none"] + options
        ).start(log: logs.path(name))
    }

    /// What became of routes at the router, a line each.
    var changes: [Substring] {
        get async { await router.log.split(separator: "\n").filter { $0.contains("node1.ipv4 > ") } }
    }

    /// Waits until the speaker has compared its version with the operator's.
    func waitForVersions() async throws {
        try await eventually("versions are told", is: "False VersionsMatch") { try await skew() }
    }

    private func skew() async throws -> String {
        try await api.kubectl(
            "get",
            "bgpnodeconfigs",
            "node1",
            "-o",
            "jsonpath={range .status.conditions[?(@.type=='VersionSkew')]}{.status} {.reason}{end}"
        )
    }
}
