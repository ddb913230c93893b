import HostileInput
import TestSupport
import Testing

@Suite struct HostileManifestTests {
    private static let seeds = 0..<4 as Range<UInt64>

    @Test(arguments: seeds)
    func `malformed manifests stop neither operator nor speaker nor plan`(seed: UInt64) throws {
        var probe = try ManifestProbe(texts: ManifestSamples.texts())
        var generator = MessageGenerator(seed: seed)
        for input in 0..<15 {
            let violations = probe.step(&generator)
            try #require(violations == [], "seed \(seed), input \(input)")
        }
    }

    /// What once went wrong.
    @Test(arguments: try Checkout.files(under: "Tests/Hostile/Inputs/manifests"))
    func `saved malformed manifests are read as before`(file: String) throws {
        let text = try Checkout.read(file)
        #expect(ManifestProbe.violations(text) == [])
    }
}
