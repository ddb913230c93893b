import PlainText

/// The gate that keeps service routes back at a start until the node can forward what they attract.
///
/// It opens once and stays open: a probe that fails later says that the program is ill, not that its rules are gone, and
/// withdrawing every service for that would be the greater harm. Times are those since the start.
package struct StartGate: Sendable {
    /// What happens to the gate.
    package enum Event: Hashable, Sendable {
        /// The speaker starts.
        case started
        /// The first of the places that accepts a connection was found, or none does.
        case looked(DatapathPlace?)
        /// The question was answered: nil is yes, anything else says what was seen.
        case answered(problem: String?)
        /// The time to wait is over.
        case woke
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        /// Find the first of these places that accepts a connection.
        case look([DatapathPlace])
        case ask(DatapathQuestion)
        /// Say so when this time is over.
        case wait(Duration)
        /// Take this as the state of the data path.
        case set(NodeGates.DataPath)
    }

    private enum State: Hashable, Sendable {
        case looking
        case asking(DatapathQuestion)
        case open
    }

    private let programs: [DatapathProgram]
    private var state: State

    /// How long nothing has to listen before nothing is waited for.
    package static let listenTimeout: Duration = .seconds(30)
    /// How often it is looked and asked.
    package static let interval: Duration = .milliseconds(500)

    /// The gate of a speaker that was started with this probe; `programs` are those that `auto` looks for.
    package init(_ probe: DatapathProbe, programs: [DatapathProgram] = DatapathProgram.known) {
        self.programs = programs
        state =
            switch probe {
            case .auto: .looking
            case .url(let url): .asking(DatapathQuestion(name: nil, url: url, headers: []))
            case .off: .open
            }
    }

    /// The state of the data path before anything was looked at.
    package var beginning: NodeGates.DataPath {
        switch state {
        case .looking: .notReady(nobody)
        case .asking(let question): .notReady("\(question.place) was not asked yet")
        case .open: .ready
        }
    }

    /// Takes an event at a time since the start.
    package mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        switch (event, state) {
        case (_, .open):
            return []
        case (.started, .looking), (.woke, .looking):
            return [.look(places)]
        case (.started, .asking(let question)), (.woke, .asking(let question)):
            return [.ask(question)]
        case (.looked(let place?), .looking):
            state = .asking(place.question)
            return [.ask(place.question)]
        case (.looked(nil), .looking):
            guard now < Self.listenTimeout else {
                state = .open
                return [.set(.unknown)]
            }
            return [.set(.notReady(nobody)), .wait(min(Self.interval, Self.listenTimeout - now))]
        case (.answered(nil), .asking(let question)):
            state = .open
            return [.set(.answered(by: question.place))]
        case (.answered(let problem?), .asking(let question)):
            let words = question.name.map { "\($0): \(problem)" } ?? problem
            return [.set(.notReady(words.asMessage)), .wait(Self.interval)]
        case (.answered, .looking), (.looked, .asking):
            // An answer to a question that is no longer asked.
            return []
        }
    }

    private var places: [DatapathPlace] {
        programs.flatMap { program in ["127.0.0.1", "::1"].map { DatapathPlace(program: program, host: $0) } }
    }

    private var nobody: String {
        "\(Self.names(programs)) listens on the node yet; without any it announces "
            + "\(Self.listenTimeout.components.seconds) s after its start"
    }

    /// `none of kube-proxy (10256) and …`.
    static func names(_ programs: [DatapathProgram]) -> String {
        "none of \(programs.map { "\($0.name) (\($0.port))" }.asSentence())"
    }
}
