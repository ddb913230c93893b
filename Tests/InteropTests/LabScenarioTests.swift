import TestSupport
import Testing

extension Interop {
    /// The text files of `config/lab/scenarios`, each on a host of its own, so that the lab's fixed ports are free.
    @Suite struct LabScenarioTests {
        @Test(arguments: try Checkout.files(under: "config/lab/scenarios").filter { $0.hasSuffix(".txt") })
        func `a scenario in a text file comes true`(path: String) async throws {
            let result = try await run([Checkout.path(path)])
            #expect(result.succeeded, "\(result.output)\(result.errors)")
            #expect(result.output.hasPrefix("ok    "))
        }

        @Test func `a scenario that does not come true fails with its line and the difference`() async throws {
            let directory = try TemporaryDirectory("scenario")
            let text = try Checkout.read("config/lab/scenarios/missing-label.txt")
            let wrong = text.replacing(
                "-- web.txt --\n",
                with: "-- web.txt --\n203.0.113.1/32 via 127.0.0.2 from node1 as-path 1\n"
            )
            let path = try directory.write(wrong, to: "wrong.txt")
            let result = try await run([path, "--timeout", "1"])
            #expect(result.status == .exited(1))
            let line = try #require(
                text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0 == "router web.txt" }
            )
            #expect(
                result.output.hasPrefix(
                    "FAIL  \(path):\(line + 1): after 1 s the router's table is not as in web.txt:\n- 203.0.113.1/32 "
                ),
                "\(result.output)"
            )
        }

        private func run(_ words: [String]) async throws -> Command.Result {
            try await VirtualNetwork.with([]) { network in
                try await network.control.command(
                    [try Checkout.program("bgp-lab"), "run", "--crds", Checkout.path("crds")] + words
                ).result(within: .seconds(120))
            }
        }
    }
}
