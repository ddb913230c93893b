import BGPEngine
import Testing

@Suite struct PeerTimersTests {
    @Test(
        arguments: [
            (90, 30, 90, 30_000), (90, 30, 30, 10_000), (90, 0, 90, 30_000), (90, 10, 90, 10_000), (90, 10, 9, 1000),
            (9, 9, 9, 3000), (90, 30, 3, 1000), (180, 60, 90, 30_000),
        ] as [(UInt16, UInt16, UInt16, Int64)]
    )
    func `the keepalive interval scales with the negotiated hold time`(
        hold: UInt16,
        keepalive: UInt16,
        agreed: UInt16,
        milliseconds: Int64
    ) {
        let timers = PeerTimers(holdTime: hold, keepalive: keepalive)
        #expect(timers.keepaliveInterval(agreed: agreed) == .milliseconds(milliseconds))
    }

    @Test func `a hold time of 0 sends no KEEPALIVE`() {
        #expect(PeerTimers().keepaliveInterval(agreed: 0) == nil)
    }

    @Test func `the back-off doubles, with jitter, up to a maximum`() {
        var backOff = BackOff(initial: .seconds(1), maximum: .seconds(60), seed: 1)
        let pauses = (0..<8).map { _ in backOff.next() }
        for (pause, whole) in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60]) {
            #expect(pause <= .seconds(whole))
            #expect(pause >= .seconds(whole) * 0.75)
        }
        backOff.reset()
        #expect(backOff.next() <= .seconds(1))
    }

    @Test func `the back-off differs between seeds and is equal for the same seed`() {
        var one = BackOff(initial: .seconds(1), maximum: .seconds(60), seed: 1)
        var same = one
        var other = BackOff(initial: .seconds(1), maximum: .seconds(60), seed: 2)
        let pause = one.next()
        #expect(same.next() == pause)
        #expect(other.next() != pause)
    }
}
