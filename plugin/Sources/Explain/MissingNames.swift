import KubeModel

/// Those of several names that are not there, which are told after the rest, as kubectl does.
struct MissingNames {
    private let failures: [CommandFailure]

    /// What to say of each.
    init(_ failures: [CommandFailure]) {
        self.failures = failures
    }

    /// Whether everything is there.
    var isEmpty: Bool { failures.isEmpty }

    /// Throws when nothing is there, so that there is nothing to print.
    func throwIfAllMissing(of count: Int) throws {
        guard let first = failures.first, failures.count == count else { return }
        if count == 1 { throw first }
        throw CommandFailure(message: failures.map(\.message).joined(separator: "; "), hint: first.hint)
    }

    /// How many are not there.
    var count: Int { failures.count }

    /// Tells of each.
    func report(on console: Console) {
        for failure in failures { console.tell(failure) }
    }
}

/// A Service that was asked for and is not there.
struct MissingService: Sendable {
    let key: ObjectKey
    /// The namespaces that have one of the name, as far as these may be listed.
    var elsewhere: [String] = []
}

extension CommandFailure {
    /// A Node that is not there, in kubectl's words.
    init(absentNode name: String) {
        self.init(message: "Error from server (NotFound): nodes \"\(name)\" not found")
    }

    /// A Service that is not there, in kubectl's words, with where there is one of its name.
    init(_ service: MissingService) {
        var hint: String?
        if let first = service.elsewhere.first {
            let verb = service.elsewhere.count == 1 ? "has" : "have"
            let namespaces = service.elsewhere.joined(separator: ", ")
            hint = "Namespace \(service.key.namespace ?? "") has none, \(namespaces) \(verb): -n \(first)"
        }
        self.init(message: "Error from server (NotFound): services \"\(service.key.name)\" not found", hint: hint)
    }
}
