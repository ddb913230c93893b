import KubeClient
import Testing

struct BackOffTests {
    private struct Fixed: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { value }
    }

    private func delays(_ value: UInt64, atLeast floor: Duration? = nil) -> [Duration] {
        var generator = Fixed(value: value)
        let policy = BackOff(first: .seconds(1), longest: .seconds(30))
        return [1, 2, 3, 5, 6, 7, 1_000_000].map { policy.delay(attempt: $0, atLeast: floor, using: &generator) }
    }

    @Test func `waits double up to the longest, spread over their upper half`() {
        let lowest = delays(0).map { $0 / .seconds(1) }
        let highest = delays(.max).map { ($0 / .seconds(1)).rounded() }
        #expect(lowest == [0.5, 1, 2, 8, 15, 15, 15])
        #expect(highest == [1, 2, 4, 16, 30, 30, 30])
    }

    @Test func `a wait that the server asks for is never cut short`() {
        for value in [UInt64.min, .max / 3, .max] {
            #expect(delays(value, atLeast: .seconds(20)).allSatisfy { $0 >= .seconds(15) && $0 <= .seconds(30) })
            #expect(delays(value, atLeast: .seconds(20)).allSatisfy { $0 >= .seconds(20) })
        }
    }
}
