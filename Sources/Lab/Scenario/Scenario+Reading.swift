/// Everything that is wrong with one scenario.
package struct ScenarioFaults: Error, CustomStringConvertible {
    /// In the order of their lines.
    package let faults: [ScenarioFailure]

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension Scenario {
    /// Reads a scenario; throws every fault at once, each with its line.
    package init(_ text: String, path: String) throws(ScenarioFaults) {
        var reader = Reader(path: path)
        for (number, line) in zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)) {
            reader.read(line, number)
        }
        try self.init(reader)
    }

    private init(_ reader: Reader) throws(ScenarioFaults) {
        var reader = reader
        let files = reader.allFiles
        let nodes = reader.steps.compactMap { if case .nodes(let count) = $0.action { count } else { nil } }.first ?? 3
        let names = Set((1...nodes).map { "node\($0)" })
        for step in reader.steps {
            for file in step.action.files where files[file] == nil {
                reader.fault(step.line, "no file \(file) follows, expected a line \"-- \(file) --\"")
            }
            for node in step.action.nodes where !names.contains(node) {
                reader.fault(step.line, "there is no \(node), expected node1\(nodes > 1 ? " to node\(nodes)" : "")")
            }
            if case .nodes = step.action, step != reader.steps.first {
                reader.fault(step.line, "expected the number of nodes before every other step")
            }
        }
        let used = Set(reader.steps.flatMap(\.action.files))
        for (name, file) in files where !used.contains(name) {
            reader.fault(file.line, "no step uses \(name)")
        }
        if reader.steps.isEmpty { reader.fault(1, "expected a step") }
        if reader.title.isEmpty { reader.fault(1, "expected a comment that says what the scenario shows") }
        guard reader.faults.isEmpty else {
            throw ScenarioFaults(faults: reader.faults.sorted { ($0.line, $0.message) < ($1.line, $1.message) })
        }
        self.init(path: reader.path, title: reader.title.joined(separator: " "), steps: reader.steps, files: files)
    }
}

/// What was read so far.
private struct Reader {
    let path: String
    var title: [String] = []
    var steps: [Scenario.Step] = []
    var faults: [ScenarioFailure] = []
    private var files: [String: Scenario.File] = [:]
    private var current: (name: String, line: Int, text: String)?

    init(path: String) { self.path = path }

    /// The files, the one that is being read among them.
    var allFiles: [String: Scenario.File] {
        guard let current else { return files }
        return files.merging([current.name: Scenario.File(line: current.line, text: current.text)]) { first, _ in first
        }
    }

    mutating func fault(_ line: Int, _ message: String) {
        faults.append(ScenarioFailure(path: path, line: line, message: message))
    }

    mutating func read(_ line: Substring, _ number: Int) {
        if let name = Self.fileName(line) {
            files = allFiles
            if files[name] != nil { fault(number, "there is a file \(name) already") }
            current = (name, number, "")
        } else if current != nil {
            current?.text += line + "\n"
        } else {
            readStep(line.drop { $0 == " " || $0 == "\t" }, number)
        }
    }

    private mutating func readStep(_ line: Substring, _ number: Int) {
        guard !line.isEmpty else { return }
        guard !line.hasPrefix("#") else {
            if steps.isEmpty { title.append(String(line.drop { $0 == "#" || $0 == " " })) }
            return
        }
        do {
            steps.append(Scenario.Step(line: number, action: try ScenarioAction(line)))
        } catch {
            fault(number, error.message)
        }
    }

    /// The name in a line such as `-- bgp.yaml --`.
    private static func fileName(_ line: Substring) -> String? {
        guard line.hasPrefix("-- "), line.hasSuffix(" --"), line.utf8.count > 6 else { return nil }
        return String(line.dropFirst(3).dropLast(3))
    }
}
