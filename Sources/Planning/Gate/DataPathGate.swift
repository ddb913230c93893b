/// The gate of the data path, and what the log should know of it: each thing once, and with weight when it has been closed for
/// long.
struct DataPathGate: Sendable {
    private var gate: StartGate
    /// Whether the node forwards service traffic, as far as it is known.
    private(set) var present: NodeGates.DataPath
    private var seen: String?
    private var isOverdue = false

    /// The gate of a speaker that was started with this probe.
    init(_ probe: DatapathProbe, programs: [DatapathProgram]) {
        gate = StartGate(probe, programs: programs)
        present = gate.beginning
    }

    /// Takes an event of the gate at a time since the start.
    mutating func handle(_ event: StartGate.Event, at now: Duration) -> [NodeEffect] {
        gate.handle(event, at: now).flatMap { action -> [NodeEffect] in
            switch action {
            case .look(let places): [.findListener(places)]
            case .ask(let question): [.ask(question)]
            case .wait(let time): [.arm(.dataPath, time)]
            case .set(let dataPath): take(dataPath, at: now).map { [.report($0)] } ?? []
            }
        }
    }

    private mutating func take(_ dataPath: NodeGates.DataPath, at now: Duration) -> NodeReport? {
        present = dataPath
        switch dataPath {
        case .ready: return nil
        case .answered(let who): return .dataPathReady(by: who)
        case .unknown: return .dataPathUnknown
        case .notReady(let problem):
            defer { seen = problem }
            if now >= StartGate.listenTimeout, !isOverdue {
                isOverdue = true
                return .dataPathOverdue(problem)
            }
            return problem == seen ? nil : .dataPathAwaited(problem)
        }
    }
}
