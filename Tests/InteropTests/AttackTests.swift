import TestSupport
import Testing

extension Interop {
    /// `Tests/Hostile/attack` in small: that it runs, that it finds a speaker that is attacked at work, and that it fails if not.
    @Suite struct AttackTests {
        private func attack(_ words: String...) async throws -> Command.Result {
            let speaker = try Checkout.program("bgp-speaker")
            let small = ["--seconds", "3", "--large", "0", "--addresses", "50", "--latency", "1000", "--slow", "20"]
            return try await Command(
                [Checkout.path("Tests/Hostile/attack")] + small + words,
                environment: ["MARTLET_SPEAKER": speaker]
            ).result()
        }

        @Test func `an attack from all sides leaves other sessions up and their routes in time`() async throws {
            let result = try await attack()
            #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
            #expect(result.output.contains("| sessions of the honest routers, each | 1 and 1 | 1 | yes |"))
        }

        @Test func `the attack script fails when a bound is broken`() async throws {
            let result = try await attack("--without", "hosts", "tenant", "routers", "--memory", "1")
            #expect(result.status == .exited(1), "\(result.output)\(result.errors)")
            #expect(result.output.contains("| 1 MiB | NO |"))
        }
    }
}
