/// The place of a field in an object, as the API server writes it: `spec.bgpInstances[0].peers[1].peerASN`.
package struct FieldPath: Hashable, Sendable {
    /// One step down.
    package enum Step: Hashable, Sendable {
        case field(String)
        case index(Int)
    }

    /// The steps from the object's top.
    package var steps: [Step]

    /// A path of steps; empty is the object itself.
    package init(_ steps: [Step] = []) {
        self.steps = steps
    }

    /// The path of a decoding error.
    package init(_ codingPath: [any CodingKey]) {
        steps = codingPath.map { key in key.intValue.map(Step.index) ?? .field(key.stringValue) }
    }

    /// The path one field further down.
    package func field(_ name: String) -> FieldPath {
        FieldPath(steps + [.field(name)])
    }

    /// The path one list element further down.
    package func index(_ index: Int) -> FieldPath {
        FieldPath(steps + [.index(index)])
    }
}

extension FieldPath: CustomStringConvertible, ExpressibleByStringLiteral {
    /// Dots between fields, brackets around indexes and around names that hold a dot or slash.
    package var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .field(let name) where name.contains { $0 == "." || $0 == "/" }: text += "[\(name)]"
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    /// Splits at dots; for fields named in code, which have no brackets.
    package init(stringLiteral value: String) {
        steps = value.split(separator: ".").map { .field(String($0)) }
    }
}

/// What is wrong with one field.
package struct FieldError: Hashable, Sendable, Error, CustomStringConvertible {
    /// Where.
    package let path: FieldPath
    /// What is wrong and what was expected, as one sentence without a full stop.
    package let message: String

    /// States a fault.
    package init(_ path: FieldPath, _ message: String) {
        self.path = path
        self.message = message
    }

    /// `path: message`.
    package var description: String { path.steps.isEmpty ? message : "\(path): \(message)" }
}
