import KubeModel
import Synchronization
import kubectl_bgp

/// Text that a command wrote.
final class Recording: TextSink {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    func write(_ text: String) throws {
        written.withLock { $0 += text }
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

/// Noon of the day on which the tests take place.
let noon = Timestamp(secondsSinceEpoch: 1_800_000_000)

extension Timestamp {
    /// So many seconds before noon.
    static func beforeNoon(_ seconds: Double) -> Timestamp {
        Timestamp(secondsSinceEpoch: noon.secondsSinceEpoch - seconds)
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
    terminal: Bool = false,
    environment: [String: String] = [:]
) async -> Outcome {
    let output = Recording()
    let errors = Recording()
    let console = Console(
        output: output,
        errors: errors,
        isTerminal: terminal,
        environment: environment,
        now: { noon }
    )
    let status = await KubectlBGP.run(words, on: console, clusters: FixedConnector(cluster: cluster))
    return Outcome(status: status, output: output.text, errors: errors.text)
}
