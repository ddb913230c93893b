import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Planning
import Signals

/// Prints explanations, and then what changes in them.
struct ExplanationPrinter<Explanation: ChangingExplanation> {
    let console: Console
    let output: OutputOptions
    /// The name of an explained object, as `-o name` prints it.
    let name: (Explanation) -> String
    /// The explanation for reading.
    let text: (Explanation, TableStyle) -> String

    /// Prints them, and if they are to be followed what changes in them, until interrupted or nobody reads any more.
    func show(
        _ explanations: [Explanation],
        following stores: ExplainedStores?,
        on cluster: Cluster,
        explain: (ExplainedObjects) async throws -> [Explanation]
    ) async throws {
        try print(explanations)
        if let stores { try await follow(explanations, stores, on: cluster, explain: explain) }
    }

    /// Prints them as one answer.
    private func print(_ explanations: [Explanation]) throws {
        switch output.output {
        case .json, .yaml:
            let items = try explanations.map { try JSON.tree($0) }
            let document = items.count == 1 ? items[0] : .list(Explanation.listKind, items: items)
            try console.write(document, as: output.output)
        case .name:
            for explanation in explanations { try console.output.write(name(explanation).onOneLine + "\n") }
        case .table, .wide, .github:
            let style = output.tableStyle(on: console)
            try console.output.write(explanations.map { text($0, style) }.joined(separator: "\n"))
        }
    }

    /// Prints what is not as it was: a line for each fact, or the new documents whole.
    private func printChanges(from old: [Explanation], to new: [Explanation]) throws {
        let before = Dictionary(old.flatMap(\.facts).map { ($0.subject, $0.value) }) { first, _ in first }
        let facts = new.flatMap(\.facts)
        let now = Set(facts.map(\.subject))
        let changed = facts.filter { before[$0.subject] != $0.value }
        let gone = old.flatMap(\.facts).filter { !now.contains($0.subject) }
        guard !changed.isEmpty || !gone.isEmpty else { return }
        switch output.output {
        case .json, .yaml:
            for explanation in new where !old.contains(explanation) {
                try console.write(try JSON.tree(explanation), as: output.output, inStream: true)
            }
        case .name, .table, .wide, .github:
            let time = console.now()
            for fact in changed {
                let was = before[fact.subject] ?? "absent"
                try console.output.write("\(time)  \(fact.subject) \(was) -> \(fact.value)".onOneLine + "\n")
            }
            for fact in gone {
                try console.output.write("\(time)  \(fact.subject) \(fact.value) -> absent".onOneLine + "\n")
            }
        }
    }

    /// Follows the objects and looks at the wire every now and then.
    private func follow(
        _ first: [Explanation],
        _ stores: ExplainedStores,
        on cluster: Cluster,
        explain: (ExplainedObjects) async throws -> [Explanation]
    ) async throws {
        var shown = first
        let looks = ChangeSignal()
        let source = APISource(
            client: cluster.client,
            stores: stores.set,
            options: WatchOptions(logger: console.logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await source.run() }
            // What is on the wire is in no object, so it is asked for.
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(2))
                    looks.notify()
                }
            }
            for await _ in stores.set.signal.merged(with: looks) where stores.set.isReady {
                let new = try await explain(stores.objects)
                try printChanges(from: shown, to: new)
                shown = new
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}
