import TestSupport
import Testing

/// Random clusters while they change: what `plan` and `explain` say is what routers get.
@Suite(.serialized, .timeLimit(.minutes(30))) struct RandomClusterTests {
    private static let seeds: [UInt64] = {
        let first = Iterations.count("MARTLET_AGREEMENT_SEED", usual: 1)
        return (first..<first + Iterations.count("MARTLET_AGREEMENT_CLUSTERS", usual: 50)).map { UInt64($0) }
    }()
    private static let changes = Iterations.count("MARTLET_AGREEMENT_CHANGES", usual: 3)

    @Test(arguments: seeds)
    func `router, speaker, plan and explain agree on random clusters after every change`(seed: UInt64) async throws {
        try await AgreementCluster.with(UInt8(100 + seed % 100)) { rack in
            var generated = GeneratedCluster(seed: seed, on: rack.plan)
            for object in generated.objects { try await rack.make(.apply(object)) }
            _ = try await rack.settle("seed \(seed)")
            for step in 1...Self.changes {
                let change = generated.change()
                _ = try await rack.hold(change, "seed \(seed), step \(step), \(change)")
            }
        }
    }
}
