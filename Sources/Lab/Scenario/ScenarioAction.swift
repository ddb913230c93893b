import BGPTypes

/// One step of a scenario: the first word of its line, and what follows.
package enum ScenarioAction: Hashable, Sendable {
    /// How many nodes there are, from the start.
    case nodes(Int)
    /// Applies the objects of these files.
    case apply([String])
    /// Merges what the files say into objects that are there (RFC 7386).
    case patch([String])
    /// Deletes the objects of these files.
    case delete([String])
    /// Sets labels of a Node, or removes those without a value.
    case label(node: String, labels: [String: String?])
    /// Lets a Service have one pod on each of these nodes and no others; false is one that is not ready.
    case endpoints(namespace: String, service: String, nodes: [String: Bool])
    /// Ends the speaker of a node, without a word to its router, as a crash of the node would.
    case stop(node: String)
    /// Starts it again.
    case start(node: String)
    /// Waits until the router's table is what the file says.
    case router(String)
    /// Waits until an object has a condition of this type and status, and of this reason if one is given.
    case condition(kind: String, name: String, type: String, status: String, reason: String?)
    /// Waits until `kubectl bgp` ends with this status, and prints what the file says if one is given.
    case plugin(words: [String], file: String?, status: Int32)

    /// The files that it names.
    var files: [String] {
        switch self {
        case .apply(let files), .patch(let files), .delete(let files): files
        case .router(let file): [file]
        case .plugin(_, let file, _): file.map { [$0] } ?? []
        case .nodes, .label, .endpoints, .stop, .start, .condition: []
        }
    }

    /// The node that it names.
    var nodes: [String] {
        switch self {
        case .label(let node, _), .stop(let node), .start(let node): [node]
        case .endpoints(_, _, let nodes): nodes.keys.sorted()
        case .nodes, .apply, .patch, .delete, .router, .condition, .plugin: []
        }
    }

    /// Reads a line of a script; the error is what is wrong with it, without its place.
    init(_ line: Substring) throws(ScenarioFault) {
        var words = try Self.words(of: line)
        let verb = words.isEmpty ? "" : words.removeFirst()
        switch verb {
        case "nodes":
            guard words.count == 1, let count = Int(words[0]), (1...250).contains(count) else {
                throw .usage("nodes COUNT, from 1 to 250")
            }
            self = .nodes(count)
        case "apply": self = .apply(try Self.files(words, of: verb))
        case "patch": self = .patch(try Self.files(words, of: verb))
        case "delete": self = .delete(try Self.files(words, of: verb))
        case "label": self = try Self.label(words)
        case "endpoints": self = try Self.endpoints(words)
        case "stop": self = .stop(node: try Self.single(words, "stop NODE"))
        case "start": self = .start(node: try Self.single(words, "start NODE"))
        case "router": self = .router(try Self.single(words, "router FILE"))
        case "condition": self = try Self.condition(words)
        case "kubectl": self = try Self.plugin(words)
        default: throw ScenarioFault("unknown step \"\(verb)\", expected one of \(Self.verbs.joined(separator: ", "))")
        }
    }

    private static let verbs = [
        "nodes", "apply", "patch", "delete", "label", "endpoints", "stop", "start", "router", "condition", "kubectl",
    ]
}

/// What is wrong with a line of a scenario.
struct ScenarioFault: Error {
    let message: String

    init(_ message: String) { self.message = message }

    static func usage(_ form: String) -> ScenarioFault { ScenarioFault("expected: \(form)") }
}

extension ScenarioAction {
    /// The words of a line; single or double quotes keep blanks together.
    private static func words(of line: Substring) throws(ScenarioFault) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if character == quote {
                quote = nil
            } else if quote != nil {
                word = (word ?? "") + String(character)
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw ScenarioFault("expected a closing \(quote)") }
        return words + (word.map { [$0] } ?? [])
    }

    private static func files(_ words: [String], of verb: String) throws(ScenarioFault) -> [String] {
        guard !words.isEmpty else { throw .usage("\(verb) FILE…") }
        return words
    }

    private static func single(_ words: [String], _ form: String) throws(ScenarioFault) -> String {
        guard words.count == 1 else { throw .usage(form) }
        return words[0]
    }

    private static func label(_ words: [String]) throws(ScenarioFault) -> ScenarioAction {
        guard words.count > 1 else { throw .usage("label NODE KEY=VALUE…, or KEY- to remove one") }
        var labels: [String: String?] = [:]
        for word in words.dropFirst() {
            if let equals = word.firstIndex(of: "=") {
                labels[String(word[..<equals])] = .some(String(word[word.index(after: equals)...]))
            } else if word.hasSuffix("-") {
                labels[String(word.dropLast())] = .some(nil)
            } else {
                throw .usage("label NODE KEY=VALUE…, or KEY- to remove one")
            }
        }
        return .label(node: words[0], labels: labels)
    }

    private static func endpoints(_ words: [String]) throws(ScenarioFault) -> ScenarioAction {
        let form = "endpoints NAMESPACE/SERVICE none, or NODE…, with :notready behind a node whose pod is not ready"
        let parts = (words.first ?? "").split(separator: "/")
        guard parts.count == 2, words.count > 1 else { throw .usage(form) }
        var nodes: [String: Bool] = [:]
        for word in words.dropFirst() where word != "none" || words.count > 2 {
            let pieces = word.split(separator: ":", maxSplits: 1)
            guard pieces.count == 1 || pieces[1] == "notready" else { throw .usage(form) }
            nodes[String(pieces[0])] = pieces.count == 1
        }
        return .endpoints(namespace: String(parts[0]), service: String(parts[1]), nodes: nodes)
    }

    private static func condition(_ words: [String]) throws(ScenarioFault) -> ScenarioAction {
        let form = "condition KIND/NAME TYPE STATUS [REASON], with a kind of martlet.dev"
        let parts = (words.first ?? "").split(separator: "/")
        guard parts.count == 2, (3...4).contains(words.count) else { throw .usage(form) }
        return .condition(
            kind: String(parts[0]),
            name: String(parts[1]),
            type: words[1],
            status: words[2],
            reason: words.count == 4 ? words[3] : nil
        )
    }

    private static func plugin(_ words: [String]) throws(ScenarioFault) -> ScenarioAction {
        let form = "kubectl bgp WORD… [> FILE] [exit STATUS]"
        guard words.first == "bgp" else { throw .usage(form) }
        var words = Array(words.dropFirst())
        var status: Int32 = 0
        if words.count >= 2, words[words.count - 2] == "exit" {
            guard let number = Int32(words[words.count - 1]) else { throw .usage(form) }
            status = number
            words.removeLast(2)
        }
        var file: String?
        if words.count >= 2, words[words.count - 2] == ">" {
            file = words[words.count - 1]
            words.removeLast(2)
        }
        guard !words.isEmpty, !words.contains(">") else { throw .usage(form) }
        return .plugin(words: words, file: file, status: status)
    }
}
