import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LocalTests {
    private static let manifests = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        spec: {podCIDRs: [10.244.1.0/24]}
        status: {addresses: [{type: InternalIP, address: 127.77.201.2}]}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPClusterConfig
        metadata: {name: rack}
        spec:
          bgpInstances:
            - name: main
              localASN: 65001
              peers: [{name: tor, peerAddress: 127.77.201.1, peerASN: 65000, peerConfigRef: {name: tor}}]
        ---
        apiVersion: martlet.dev/v2
        kind: BGPNodeConfigOverride
        metadata: {name: n1}
        spec: {bgpInstances: [{name: main, routerID: 127.77.201.2}]}
        ---
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: tor}
        spec:
          families: [{afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}}]
        ---
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: pods, labels: {advertise: bgp}}
        spec: {advertisements: [{advertisementType: PodCIDR}]}

        """

    /// A speaker on manifests with a state directory of its own.
    private struct Site {
        let manifests: TemporaryDirectory
        let state: TemporaryDirectory
        let speaker: RunningProcess

        init() async throws {
            manifests = try TemporaryDirectory("manifests")
            state = try TemporaryDirectory("state", isOpen: false)
            try manifests.write(LocalTests.manifests, to: "all.yaml")
            speaker = try Command(
                [try Checkout.program("bgp-speaker"), "--node", "n1", "--manifests", manifests.path]
                    + ["--admin-address", "none", "--state-dir", state.path]
            ).start(log: state.path("log"))
            try await speaker.writes("serving local")
        }

        var socket: String { state.path("local/speaker.sock") }

        func ask(_ words: String..., as prefix: [String] = []) async throws -> Command.Result {
            let program = try Checkout.program("kubectl-bgp")
            // Whatever cluster the machine knows is not asked.
            return try await Command(
                prefix + [program] + words + ["--local", "--socket", socket],
                environment: ["KUBECONFIG": "/nonexistent"]
            ).result()
        }
    }

    @Test func `the local speaker answers for peers and routes without an API server`() async throws {
        let site = try await Site()
        try await eventually("the peer is configured", is: true) {
            try await site.ask("peers", "--no-headers").output.hasPrefix("n1   tor   127.77.201.1   65000   ")
        }
        let peers = try await site.ask("peers", "-o", "json")
        #expect(peers.status == .exited(0))
        #expect(peers.output.contains("\"routerID\": \"127.77.201.2\""), "\(peers)")
        #expect(peers.output.contains("\"localASN\": 65001"))
        #expect(peers.errors == "")
        try await eventually("its routes are decided", is: true) {
            try await site.ask("routes", "available", "--no-headers").output.contains("10.244.1.0/24")
        }
        let absent = try await site.ask("peers", "--peer", "other")
        #expect(absent.status == .exited(1))
        #expect(absent.errors.hasPrefix("error: no node has a peer \"other\""))
        await site.speaker.stop()
        #expect(!FileManager.default.fileExists(atPath: site.socket))
        let gone = try await site.ask("peers")
        #expect(gone.status == .exited(1))
        #expect(
            gone.errors.hasPrefix(
                "error: the speaker of this node cannot be asked: there is no socket \(site.socket)\n"
            )
        )
    }

    @Test(.enabled(if: Requirement.root(and: "setpriv").isMet))
    func `the local socket answers its own user and root only`()
        async throws
    {
        let site = try await Site()
        // The way there is open, so that it is the folder that keeps strangers out.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.state.path)
        var folder = stat()
        #expect(lstat(site.state.path("local"), &folder) == 0)
        #expect(folder.st_mode & 0o777 == 0o700)
        let stranger = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        let refused = try await site.ask("peers", as: stranger)
        #expect(refused.status == .exited(1))
        #expect(refused.errors.contains("Permission denied"))
        #expect(refused.output == "")
        await site.speaker.stop()
    }

    @Test func `a speaker runs on where its socket cannot be created`() async throws {
        let manifests = try TemporaryDirectory("manifests")
        let state = try TemporaryDirectory("state", isOpen: false)
        try manifests.write(Self.manifests, to: "all.yaml")
        try state.write("", to: "local")
        let speaker = try Command(
            [try Checkout.program("bgp-speaker"), "--node", "n1", "--manifests", manifests.path]
                + ["--admin-address", "none", "--state-dir", state.path]
        ).start(log: manifests.path("log"))
        try await speaker.writes("the state is not served on this node's own socket")
        #expect(await speaker.stop() == .exited(0))
    }

    @Test(arguments: [
        (["peers", "--local", "--watch"], "error: --local asks once, so --watch cannot go with it"),
        (["peers", "--local", "--node", "n1"], "error: --local asks the speaker of this node alone, so --node cannot"),
        (["routes", "--local", "-l", "a=b"], "error: --local asks the speaker of this node alone, so -l cannot"),
        (["peers", "--socket", "/run/x"], "error: --socket goes with --local"),
    ])
    func `only peers and routes can be asked of the local speaker`(words: [String], error: String) async throws {
        let outcome = try await Command([try Checkout.program("kubectl-bgp")] + words).result()
        #expect(outcome.status == .exited(2))
        #expect(outcome.errors.hasPrefix(error), "\(outcome.errors)")
    }
}
