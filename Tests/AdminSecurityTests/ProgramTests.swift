import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProgramTests {
    @Test(arguments: ["bgp-speaker", "bgp-operator"])
    func `a program without an API server refuses to serve pages on the network unless the port is fenced`(
        program: String
    ) async throws {
        let directory = try TemporaryDirectory("manifests")
        let node = program == "bgp-speaker" ? ["--node", "n1"] : []
        let outcome = try await Command(
            [try Checkout.program(program)] + node + ["--manifests", directory.path, "--admin-address", "0.0.0.0:0"]
        ).result()
        #expect(outcome.status == .exited(1))
        #expect(
            outcome.errors.hasPrefix(
                "Error: --admin-address 0.0.0.0:0: others reach it, and there is no API server that says who may read;"
            )
        )
    }
}
