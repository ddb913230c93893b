import KubeJSON
import KubeModel
import LabAPIServer
import TestSupport
import Testing

/// Our own kinds, installed from `crds/` as a user installs them.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(10))) struct KubectlCustomKindTests {
    private static let peerConfig = """
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: tor}
        spec:
          timers: {holdTimeSeconds: 30, keepAliveTimeSeconds: 10}
        """

    private func withKinds(
        _ configuration: LabAPIServer.Configuration = LabAPIServer.Configuration(),
        _ body: @Sendable @escaping (Kubectl) async throws -> Void
    ) async throws {
        try await Kubectl.withLab(configuration) { kubectl in
            _ = try await kubectl("apply", "-k", Checkout.path("crds"))
            try await body(kubectl)
        }
    }

    @Test func `a kind is served as soon as its definition exists, and no longer`() async throws {
        try await withKinds { kubectl in
            let definition = "crd/bgppeerconfigs.martlet.dev"
            _ = try await kubectl("wait", "--for=condition=Established", definition, "--timeout=10s")
            _ = try await kubectl("apply", "-f", "-", input: Self.peerConfig)
            #expect(try await kubectl("get", "bgppc", "-o", "name") == "bgppeerconfig.martlet.dev/tor\n")
            #expect(try await kubectl("explain", "bgppc.spec.timers").contains("holdTimeSeconds\t<integer>"))
            _ = try await kubectl("delete", definition)
            let gone = try await kubectl.result("get", "bgppeerconfigs.martlet.dev")
            #expect(gone.errors.contains("the server doesn't have a resource type \"bgppeerconfigs\""))
        }
    }

    @Test func `kubectl applies the whole installation, its policies included`() async throws {
        try await Kubectl.withLab { kubectl in
            _ = try await kubectl("apply", "--server-side", "-k", Checkout.path("config/default"))
            let policies = try await kubectl("get", "validatingadmissionpolicies", "-o", "name")
            #expect(
                policies.split(separator: "\n").map { $0.split(separator: "/").last } == [
                    "martlet-events", "martlet-node-status",
                ]
            )
            #expect(try await kubectl("get", "role", "-n", "default", "-o", "name").contains("martlet-speaker-events"))
        }
    }

    @Test func `kubectl applies the samples server-side twice, and the second time changes nothing`() async throws {
        try await withKinds { kubectl in
            let samples = Checkout.path("config/samples")
            _ = try await kubectl("apply", "--server-side", "-k", samples)
            let revisions = "jsonpath={.items[*].metadata.resourceVersion}"
            let first = try await kubectl("get", "bgp", "-o", revisions)
            _ = try await kubectl("apply", "--server-side", "-k", samples)
            #expect(try await kubectl("get", "bgp", "-o", revisions) == first)
            #expect(try await kubectl.result("diff", "--server-side", "-k", samples).status == .exited(0))
        }
    }

    @Test func `what the schema forbids is refused in the words of a real cluster`() async throws {
        try await withKinds { kubectl in
            let tooLong = Self.peerConfig.replacing("holdTimeSeconds: 30", with: "holdTimeSeconds: 70000")
            let outOfBounds = try await kubectl.result("apply", "-f", "-", input: tooLong)
            #expect(
                outOfBounds.errors
                    == "The BGPPeerConfig \"tor\" is invalid: spec.timers.holdTimeSeconds: Invalid value: 70000: "
                    + "spec.timers.holdTimeSeconds in body should be less than or equal to 65535\n"
            )
            let misspelt = Self.peerConfig.replacing("holdTimeSeconds", with: "holdTime")
            let unknown = try await kubectl.result("apply", "-f", "-", input: misspelt)
            #expect(
                unknown.errors
                    == "Error from server (BadRequest): error when creating \"STDIN\": BGPPeerConfig in version \"v2\" "
                    + "cannot be handled as a BGPPeerConfig: strict decoding error: unknown field "
                    + "\"spec.timers.holdTime\"\n"
            )
        }
    }

    @Test func `validation rules that were plugged in are evaluated`() async throws {
        var configuration = LabAPIServer.Configuration()
        configuration.validator = { type, object in
            guard type.kind == "BGPPeerConfig", object["metadata"]?["name"] == "tor" else { return [] }
            return [FieldError("spec.timers", "not on a Sunday")]
        }
        try await withKinds(configuration) { kubectl in
            let refused = try await kubectl.result("apply", "-f", "-", input: Self.peerConfig)
            #expect(refused.errors == "The BGPPeerConfig \"tor\" is invalid: spec.timers: not on a Sunday\n")
        }
    }

    @Test func `a conflict names the other manager`() async throws {
        try await withKinds { kubectl in
            _ = try await kubectl("apply", "--server-side", "-f", "-", input: Self.peerConfig)
            let other = Self.peerConfig.replacing("30", with: "60")
            let apply = ["--server-side", "--field-manager=other"]
            let refused = try await kubectl.result("apply", apply[0], apply[1], "-f", "-", input: other)
            #expect(refused.errors.contains("conflict with \"kubectl\": .spec.timers.holdTimeSeconds"))
            _ = try await kubectl("apply", apply[0], apply[1], "--force-conflicts", "-f", "-", input: other)
            let time = try await kubectl("get", "bgppc", "tor", "-o", "jsonpath={.spec.timers.holdTimeSeconds}")
            #expect(time == "60")
        }
    }

    @Test func `kubectl waits for conditions and deletions, and follows changes`() async throws {
        try await withKinds { kubectl in
            _ = try await kubectl("apply", "-f", "-", input: Self.peerConfig)
            async let condition = kubectl("wait", "--for=condition=Ready", "bgppc/tor", "--timeout=20s")
            let ready = """
                {"status":{"conditions":[{"type":"Ready","status":"True","reason":"Good","message":"",
                "lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
                """
            _ = try await kubectl("patch", "bgppc", "tor", "--subresource=status", "--type=merge", "-p", ready)
            #expect(try await condition == "bgppeerconfig.martlet.dev/tor condition met\n")
            async let deletion = kubectl("wait", "--for=delete", "bgppc/tor", "--timeout=20s")
            _ = try await kubectl("delete", "bgppc", "tor")
            _ = try await deletion
        }
    }
}

private let tools = Requirement.programs("kubectl")
