import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CheckTests {
    private func run(_ words: [String]) async throws -> Command.Result {
        try await Command([try Checkout.program("bgp-operator"), "check"] + words).result()
    }

    @Test(arguments: [true, false])
    func `the exit status distinguishes a ready cluster from one that lacks the kinds`(hasKinds: Bool) async throws {
        let directory = try TemporaryDirectory("lab")
        let kinds = try Checkout.files(under: "crds").filter { $0.hasSuffix("s.yaml") }
        let definitions = hasKinds ? kinds.flatMap { ["--crds", Checkout.path($0)] } : []
        let lab = try Command(
            [try Checkout.program("bgp-lab"), "--api-only", "--port", "0", "--directory", directory.path] + definitions
        ).start(log: directory.path("log"))
        try await lab.writes(hasKinds ? "manifests applied" : "API server at")
        let found = try await run(["--kubeconfig", directory.path("kubeconfig")])
        #expect(found.status == .exited(hasKinds ? 0 : 1))
        let lines = found.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("ok    the API server answers, version v") == true)
        #expect(lines.count { $0.hasPrefix("FAIL  ") } == (hasKinds ? 0 : 6))
        let all = lines.count - 1
        #expect(lines.last == (hasKinds ? "all \(all) checks passed" : "6 of \(all) checks failed"))
        #expect(found.errors == "")
        await lab.stop()
    }

    @Test func `the check names the server that does not answer`() async throws {
        let directory = try TemporaryDirectory("nowhere")
        let kubeconfig = try directory.write(
            """
            apiVersion: v1
            kind: Config
            current-context: nowhere
            clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: nobody, user: {}}]
            contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]

            """,
            to: "kubeconfig"
        )
        let found = try await run(["--kubeconfig", kubeconfig])
        #expect(found.status == .exited(1))
        #expect(found.output.hasPrefix("FAIL  the API server answers: "))
        #expect(found.output.hasSuffix("\n1 of 1 checks failed\n"))
    }
}
