import KubeClient
import LogKeys
import Logging
import PlainText
import Planning
import ServiceLifecycle

/// Drives the gate of the data path: looks, asks and waits as `StartGate` says, and tells the loop and the log.
struct DatapathGate: Service {
    let gate: StartGate
    let loop: SpeakerLoop
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        try await untilShutdown {
            try await open()
        }
        try? await gracefulShutdown()
    }

    private func open() async throws {
        var gate = gate
        var story = Story(logger: logger)
        let stopwatch = clock.stopwatch()
        var event: StartGate.Event? = .started
        while let present = event {
            event = nil
            for action in gate.handle(present, at: stopwatch()) {
                switch action {
                case .look(let places):
                    event = .looked(await Self.first(of: places))
                case .ask(let question):
                    let probe = HTTPProbe(url: question.url, headers: question.headers.map { ($0.name, $0.value) })
                    let problem = await probe.problem()
                    // A question that was given up at the end of the program says nothing of the data path.
                    try Task.checkCancellation()
                    event = .answered(problem: problem)
                case .wait(let time):
                    try await clock.sleep(for: time)
                    event = .woke
                case .tell(let dataPath):
                    story.tell(dataPath, at: stopwatch())
                    await loop.setDataPath(dataPath)
                }
            }
        }
    }

    /// The first of the places where anything listens.
    private static func first(of places: [DatapathPlace]) async -> DatapathPlace? {
        for place in places where await TCPProbe(host: place.host, port: place.program.port).isAccepted() {
            return place
        }
        return nil
    }
}

/// What the log is told of the gate: each thing once, and with weight when it has been closed for long.
private struct Story {
    let logger: Logger
    private var seen: String?
    private var isWarned = false

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func tell(_ dataPath: NodeGates.DataPath, at time: Duration) {
        switch dataPath {
        case .ready:
            break
        case .answered(let who):
            logger.info("the data path is ready", metadata: [.datapathProgram: "\(who.asMessage)"])
        case .unknown:
            logger.warning(
                "nothing on the node answers for the data path; service routes are announced without asking",
                metadata: [.datapathPrograms: "\(DatapathProgram.known.map { "\($0.name) (\($0.port))" }.asSentence())"]
            )
        case .notReady(let problem):
            let isLong = time >= StartGate.patience
            if isLong, !isWarned {
                isWarned = true
                logger.warning(
                    "no service route is announced: the data path is not ready",
                    metadata: [.reason: "DataPathNotReady", .reasonSeen: "\(problem)"]
                )
            } else if problem != seen {
                logger.info(
                    "service routes wait for the data path",
                    metadata: [.reason: "DataPathNotReady", .reasonSeen: "\(problem)"]
                )
            }
            seen = problem
        }
    }
}
