import Pacing
import Testing

struct BackoffTests {
    private struct Fixed: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { value }
    }

    private func delays(_ value: UInt64, atLeast floor: Duration? = nil) -> [Duration] {
        var generator = Fixed(value: value)
        let backoff = Backoff(first: .seconds(1), longest: .seconds(30))
        return [1, 2, 3, 5, 6, 7, 1_000_000].map { backoff.delay(after: $0, atLeast: floor, using: &generator) }
    }

    @Test func `waits double up to the longest, spread over their upper half`() {
        let lowest = delays(0).map { $0 / .seconds(1) }
        let highest = delays(.max).map { ($0 / .seconds(1)).rounded() }
        #expect(lowest == [0.5, 1, 2, 8, 15, 15, 15])
        #expect(highest == [1, 2, 4, 16, 30, 30, 30])
    }

    @Test func `a wait that the server asks for is never cut short`() {
        for value in [UInt64.min, .max / 3, .max] {
            #expect(delays(value, atLeast: .seconds(20)).allSatisfy { $0 >= .seconds(20) && $0 <= .seconds(30) })
        }
    }

    @Test func `without jitter a wait is its limit, whatever chance says`() {
        let backoff = Backoff(first: .seconds(2), longest: .seconds(512), jitter: 0)
        var generator = Fixed(value: 12345)
        let waits = (1...10).map { backoff.delay(after: $0, using: &generator) }
        #expect(waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 512].map { .seconds($0) })
        #expect(waits == (1...10).map(backoff.limit))
    }

    private func counter(seed: UInt64) -> BackoffCounter<SplitMix64> {
        BackoffCounter(
            Backoff(first: .seconds(1), longest: .seconds(60), jitter: 0.25),
            using: SplitMix64(seed: seed)
        )
    }

    @Test func `the back-off doubles, with jitter, up to a maximum`() {
        var counter = counter(seed: 1)
        let pauses = (0..<8).map { _ in counter.next() }
        for (pause, whole) in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60]) {
            #expect(pause <= .seconds(whole))
            #expect(pause >= .seconds(whole) * 0.75)
        }
        #expect(counter.failures == 8)
        counter.reset()
        #expect(counter.failures == 0)
        #expect(counter.next() <= .seconds(1))
    }

    @Test func `the back-off differs between seeds and is equal for the same seed`() {
        var one = counter(seed: 1)
        var same = one
        var other = counter(seed: 2)
        let pause = one.next()
        #expect(same.next() == pause)
        #expect(other.next() != pause)
    }
}
