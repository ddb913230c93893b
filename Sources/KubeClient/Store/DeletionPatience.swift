import FoundationEssentials
import KubeModel
import PlainText
import Signals

/// How long deleted objects of a kind still count, and what measures it.
package struct DeletionPatience: Sendable {
    /// How long they count.
    package var wait: Duration
    /// How long nobody is told on other objects, since most come back by then.
    package var quiet: Duration
    /// What measures both.
    package var clock: any Clock<Duration>

    /// Five seconds, and one of them for what replaces an object by deleting it first.
    package init(
        wait: Duration = .seconds(5),
        quiet: Duration = .seconds(1),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.wait = wait
        self.quiet = quiet
        self.clock = clock
    }
}

/// What a store does about deleted objects.
struct DeletionKeeping<Object: KubeObject>: Sendable {
    /// A moment by both clocks.
    struct Moment {
        let elapsed: Duration
        let seen: Timestamp
    }

    let patience: DeletionPatience
    /// Whether a deletion of this object needs no patience: who deletes it has said that nothing replaces it.
    let isFinal: @Sendable (Object) -> Bool
    /// The objects of an earlier run of the program: those that the first list has no longer are deleted.
    let earlier: @Sendable () -> [Object]
    /// Hears when something begins to wait, or ceases to.
    let changes = ChangeSignal()
    private let stopwatch: @Sendable () -> Duration

    init(
        _ patience: DeletionPatience,
        isFinal: @escaping @Sendable (Object) -> Bool,
        earlier: @escaping @Sendable () -> [Object]
    ) {
        self.patience = patience
        self.isFinal = isFinal
        self.earlier = earlier
        stopwatch = patience.clock.stopwatch()
    }

    var now: Moment { Moment(elapsed: stopwatch(), seen: Timestamp(Date.now)) }
}

extension Clock<Duration> {
    /// Tells the time since it was made.
    package func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: self.now) }
    }
}

/// What became of deletions, for the log.
enum DeletionNews: Hashable, Sendable {
    /// One begins to wait.
    case waits(PendingDeletion)
    /// The object is there again.
    case replaced(ObjectReference)
    /// Nothing came in its place.
    case carriedOut(ObjectReference)
}
