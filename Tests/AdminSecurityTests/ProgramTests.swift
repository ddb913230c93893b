import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct `Programs without an API server` {
    @Test(arguments: ["bgp-speaker", "bgp-operator"])
    func `do not start where others reach their pages, unless told that the port is fenced`(
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
