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
}
