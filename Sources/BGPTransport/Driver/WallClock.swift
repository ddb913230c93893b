import BGPEngine
import NIOCore
import PlainText

/// Converts timestamps of the monotonic clock, by which everything is decided, to wall-clock time.
///
/// When someone sets the wall clock, earlier timestamps are converted as if it had always been right, so that a session that came
/// up a minute ago is not five hours old. Between such jumps a timestamp always converts to the same time, to the last digit.
struct WallClock {
    private let now: @Sendable () -> Timestamp
    /// A moment on both clocks.
    private var mark: (instant: NIODeadline, time: Timestamp)

    /// Both clocks differ by that much more or less than before when the wall clock was set; it is slowed down and hurried for
    /// small corrections, and the other one with it.
    private static let jump = 0.5

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
        mark = (.now(), now())
    }

    /// Looks at both clocks.
    mutating func look() {
        let (instant, time) = (NIODeadline.now(), now())
        let expected = self.time(of: instant)
        guard abs(time.secondsSinceEpoch - expected.secondsSinceEpoch) > Self.jump else { return }
        mark = (instant, time)
    }

    /// A moment on the wall clock as it was when last looked at.
    func time(of instant: NIODeadline) -> Timestamp {
        mark.time.advanced(byNanoseconds: (instant - mark.instant).nanoseconds)
    }
}
