import KubeModel
import PlainText
import Synchronization
import kubectl_bgp

/// Text that a command wrote, to a reader that goes away after some writes.
final class Recording: TextSink {
    private let written = Mutex<[String]>([])
    private let limit: Int

    init(closingAfter limit: Int = .max) {
        self.limit = limit
    }

    var text: String { written.withLock { $0.joined() } }

    func write(_ text: String) throws {
        let count = written.withLock { pieces in
            pieces.append(text)
            return pieces.count
        }
        if count >= limit { throw BrokenPipe() }
    }
}

/// A reader that has gone.
struct ClosedPipe: TextSink {
    func write(_ text: String) throws {
        throw BrokenPipe()
    }
}

/// What came out of a command line.
struct Outcome: Equatable {
    var status: ExitStatus
    var output: String
    var errors: String
}

/// The time by the clock of every console.
let present = Timestamp(secondsSinceEpoch: 1_800_000_000)

extension Timestamp {
    /// So many seconds before present.
    static func ago(_ seconds: Double) -> Timestamp {
        Timestamp(secondsSinceEpoch: present.secondsSinceEpoch - seconds)
    }
}

/// Runs a command line, given word by word, against a cluster made of values.
func run(_ words: String..., against cluster: FixedCluster = FixedCluster()) async -> Outcome {
    await run(words, against: cluster)
}

/// Runs a command line against a cluster made of values.
func run(
    _ words: [String],
    against cluster: FixedCluster,
    closingAfter limit: Int = .max
) async -> Outcome {
    let output = Recording(closingAfter: limit)
    let errors = Recording()
    let console = Console(
        output: output,
        errors: errors,
        now: { present }
    )
    let status = await KubectlBGP.run(words, on: console, clusters: FixedConnector(cluster: cluster))
    return Outcome(status: status, output: output.text, errors: errors.text)
}
