import BGPWire
import FoundationEssentials
import HostileInput
import NIOCore
import TestSupport
import Testing

@Suite struct HostilePeerTests {
    /// How many damaged inputs are tried, by all seeds together; `Tests/fuzz` tries a million.
    private static let inputs = 4000
    private static let seeds = 0..<8 as Range<UInt64>

    @Test(arguments: seeds)
    func `a hostile peer neither stops the program nor makes it break its own rules`(seed: UInt64) throws {
        var generator = MessageGenerator(seed: seed)
        var session = HostileSession(&generator)
        for input in 0..<Self.inputs / Self.seeds.count {
            if session.isClosed { session = HostileSession(&generator) }
            session.receive(generator.damagedBytes(session.context), &generator)
            let violations = session.violations
            try #require(violations == [], "seed \(seed), input \(input)")
        }
    }

    @Test(arguments: seeds)
    func `connections that come and go in any order are answered in order`(seed: UInt64) throws {
        var generator = MessageGenerator(seed: seed)
        for _ in 0..<50 {
            var storm = EventStorm(&generator)
            for step in 0..<100 {
                storm.step(&generator)
                let violations = storm.violations
                try #require(violations == [], "seed \(seed), step \(step)")
            }
        }
    }

    /// What once went wrong, and one input of every kind for a coverage-guided fuzzer to start from.
    @Test(arguments: try Checkout.files(under: "Tests/Hostile/Inputs/peer").sorted())
    func `saved hostile input is answered as before`(file: String) throws {
        let bytes = try Data(contentsOf: URL(filePath: Checkout.path(file)))
        #expect(ByteProbe.violations(Array(bytes)) == [])
    }
}
