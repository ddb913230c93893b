/// A type as its source declares it, extensions left out.
struct TypeSource {
    let name: String
    let path: String
    /// What stands between the name and the body: conformances and the like.
    let heading: String
    /// The names of its own `let` and `var` that hold a value in each instance.
    var storedProperties: [String] = []
}

extension SourceFile {
    /// The structs, classes and actors of the file, nested ones too.
    var types: [TypeSource] {
        var reader = TypeReader(path: path)
        for line in code { reader.read(line.text) }
        return reader.found
    }
}

/// Reads declarations line by line by the depth of braces, which is enough for code that is formatted.
private struct TypeReader {
    let path: String
    private(set) var found: [TypeSource] = []
    private var depth = 0
    /// The types and extensions that are open; nil for those without properties of their own.
    private var open: [(type: TypeSource?, depth: Int)] = []
    /// What is declared and not opened yet.
    private var pending: TypeSource??
    /// A property whose end of declaration is on a later line.
    private var unfinished: String?
    /// The property that the line before ends with the type of.
    private var bare: String?

    init(path: String) { self.path = path }

    mutating func read(_ line: String) {
        // A brace on a line of its own after a property's type makes it a computed one.
        if let name = bare, line.first(where: { $0 != " " }) == "{", open.last?.type?.storedProperties.last == name {
            open[open.count - 1].type?.storedProperties.removeLast()
        }
        bare = nil
        if let match = line.firstMatch(of: Self.declaration) {
            let hasProperties = ["struct", "class", "actor"].contains(match.output.1)
            let heading = String(match.output.3)
            pending = .some(
                hasProperties ? TypeSource(name: String(match.output.2), path: path, heading: heading) : nil
            )
        } else if let unfinished {
            finish(unfinished + line)
        } else if let last = open.last, last.type != nil, last.depth == depth {
            if line.contains(Self.property) { finish(line) }
        }
        for character in line {
            switch character {
            case "{":
                depth += 1
                if case .some(let type) = pending {
                    open.append((type, depth))
                    pending = nil
                }
            case "}":
                if let last = open.last, last.depth == depth {
                    if let type = last.type { found.append(type) }
                    open.removeLast()
                }
                depth -= 1
            default: break
            }
        }
    }

    /// Takes a property's declaration up to the end of a line; what is computed has a brace and no value before it.
    private mutating func finish(_ text: String) {
        unfinished = nil
        guard let last = text.last(where: { $0 != " " }), last != ",", last != ":" else {
            unfinished = text
            return
        }
        guard let match = text.firstMatch(of: Self.property) else { return }
        let rest = match.output.2
        let brace = rest.firstIndex(of: "{")
        let value = rest.firstIndex(of: "=")
        let isObserved = rest.contains("didSet") || rest.contains("willSet")
        guard isObserved || brace.map({ brace in value.map { $0 < brace } ?? false }) ?? true else { return }
        open[open.count - 1].type?.storedProperties.append(String(match.output.1))
        if value == nil { bare = String(match.output.1) }
    }

    // Regex is not Sendable, so each use makes its own.
    private static var declaration: Regex<(Substring, Substring, Substring, Substring)> {
        /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|internal|private|fileprivate|final|indirect|nonisolated)\s+)*(struct|class|actor|enum|extension|protocol)\s+(?!func|var|let)([\w.`]+)(.*)/
    }

    private static var property: Regex<(Substring, Substring, Substring)> {
        /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|internal|private|fileprivate|final|nonisolated|unowned|weak|lazy)(?:\(set\))?\s+)*(?:let|var)\s+(\w+)(.*)/
    }
}
