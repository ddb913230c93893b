import KubeClient
import Planning
import Synchronization

/// What a node's controller asks for that takes time, lined up for whoever runs it.
struct NodeErrands: Sendable {
    enum Errand: Sendable {
        case sleep(NodeTimer, Duration, serial: Int)
        case findListener([DatapathPlace])
        case ask(DatapathQuestion)
        case findLastAnnounced(NodeConfiguration, look: Int)
    }

    let all: AsyncStream<Errand>
    private let next: AsyncStream<Errand>.Continuation
    private let serials = Serials()

    /// How often each timer was armed, so that one that was armed anew is recognised.
    private final class Serials: Sendable {
        let counts = Mutex<[NodeTimer: Int]>([:])
    }

    init() {
        (all, next) = AsyncStream.makeStream()
    }

    func begin(_ errand: Errand) { next.yield(errand) }

    func arm(_ timer: NodeTimer, _ duration: Duration) {
        let serial = serials.counts.withLock { counts in
            counts[timer, default: 0] += 1
            return counts[timer] ?? 0
        }
        begin(.sleep(timer, duration, serial: serial))
    }

    /// Whether a timer was not armed anew since it had this serial.
    func isCurrent(_ timer: NodeTimer, _ serial: Int) -> Bool { serials.counts.withLock { $0[timer] == serial } }
}
