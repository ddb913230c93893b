import BGPResources
import FoundationEssentials
import KubeJSON
import KubeModel
import KubeYAML
import TestSupport
import Testing

/// Every CEL rule of `crds/`, evaluated on good and bad objects, against the rules in Swift.
///
/// The objects are in `Rules/`, one file per kind. A rule for which there is no good and no bad one fails here.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct RuleTests {
    @Test(arguments: CustomKind.all)
    func `CEL and Swift give the same verdict on every good and bad object`(kind: CustomKind) async throws {
        let objects = try RuledObject.all(of: kind)
        let schema = try Schema.of(kind)
        var applications: [[RuleApplication]] = objects.map { schema.applications(to: $0.object) }
        let verdicts = try await evaluate(applications.flatMap(\.self))
        var position = 0
        for index in applications.indices {
            for inner in applications[index].indices {
                applications[index][inner].verdict = verdicts[position]
                position += 1
            }
        }

        for (object, applied) in zip(objects, applications) {
            let bySchema = applied.filter { $0.verdict == false }.map { FieldError($0.path, $0.message) }
            #expect(applied.allSatisfy { $0.verdict.bool != nil }, "\(applied.map(\.verdict))")
            #expect(bySchema == object.breaks, "\(object.object)")
            let bySwift = kind.faults(object.object)
            // Decoding tells some faults in words of its own; the place is the same.
            #expect(bySwift.map(\.path) == object.breaks.map(\.path), "\(object.object)")
            if try decodes(object.object, as: kind) { #expect(bySwift == object.breaks) }
        }

        let all = Set(schema.all.flatMap { part in part.rules.map { RulePlace(part.path, $0.message) } })
        func places(_ verdict: JSONValue) -> Set<RulePlace> {
            Set(applications.joined().filter { $0.verdict == verdict }.map { RulePlace($0.schemaPath, $0.message) })
        }
        #expect(all.subtracting(places(true)) == [], "rules without a good object")
        #expect(all.subtracting(places(false)) == [], "rules without a bad object")
    }

    /// The API server compiles rules against the schema, cel-python does not.
    @Test(arguments: CustomKind.all)
    func `rules speak of fields that the schema has`(kind: CustomKind) throws {
        for part in try Schema.of(kind).all {
            for (rule, message) in part.rules {
                let names = rule.matches(of: #/self\.([A-Za-z]+)/#).map { String($0.1) }
                #expect(names.filter { part[$0] == nil } == [], "\(part.path): \(rule)")
                #expect(!message.isEmpty && message.count <= 200, "\(part.path): \(rule)")
            }
        }
    }

    /// The API server allows a rule an estimated cost of 10 million; these cost less than a hundred each time.
    @Test(arguments: CustomKind.all)
    func `no rule is evaluated more than twenty thousand times on an object`(kind: CustomKind) throws {
        for (part, times) in try Schema.of(kind).repetitions where !part.rules.isEmpty {
            #expect(times <= 20_000, "\(part.path)")
        }
    }

    private func decodes(_ object: JSONValue, as kind: CustomKind) throws -> Bool {
        do {
            _ = try kind.roundTrip(object)
            return true
        } catch is DecodingError {
            return false
        }
    }

    /// True, false, or the text of an error for each.
    private func evaluate(_ applications: [RuleApplication]) async throws -> [JSONValue] {
        try await CEL.evaluate(applications.map { ($0.rule, ["self": $0.value]) })
    }
}

/// Where a rule stands.
private struct RulePlace: Hashable, CustomStringConvertible {
    let path: FieldPath
    let message: String

    init(_ path: FieldPath, _ message: String) {
        self.path = path
        self.message = message
    }

    var description: String { "\(path): \(message)" }
}

/// A rule and the value in an object that it speaks about.
private struct RuleApplication {
    let rule: String
    let message: String
    let schemaPath: FieldPath
    let path: FieldPath
    let value: JSONValue
    var verdict: JSONValue = .null
}

/// An object of `Rules/` and what it breaks.
private struct RuledObject {
    let object: JSONValue
    let breaks: [FieldError]

    static func all(of kind: CustomKind) throws -> [RuledObject] {
        let file = "Tests/BGPResourcesTests/Rules/\(kind.type.kind).yaml"
        let json = try #require(try YAMLDocument.parse(Checkout.read(file), file: file).first?.json)
        let good = try #require(json["good"]?.array).map { RuledObject(object: kind.object(spec: $0), breaks: []) }
        let bad = try #require(json["bad"]?.array).map { entry in
            RuledObject(
                object: kind.object(spec: try #require(entry["spec"])),
                breaks: [
                    FieldError(
                        FieldPath(text: try #require(entry["at"]?.string)),
                        try #require(entry["breaks"]?.string)
                    )
                ]
            )
        }
        return good + bad
    }
}

extension Schema {
    /// This and everything below, each with how often it can be in one object.
    fileprivate var repetitions: [(part: Schema, times: Int64)] {
        let times = json["maxItems"]?.integer ?? json["maxProperties"]?.integer ?? 1
        let below = properties.map(\.schema) + [items, values].compactMap(\.self)
        return [(self, 1)] + below.flatMap(\.repetitions).map { ($0.part, $0.times * times) }
    }

    /// Every rule of this part and below with every value of an object that it speaks about, outermost first.
    fileprivate func applications(to value: JSONValue, at valuePath: FieldPath = FieldPath()) -> [RuleApplication] {
        let own = rules.map {
            RuleApplication(rule: $0.rule, message: $0.message, schemaPath: path, path: valuePath, value: value)
        }
        let fields = properties.flatMap { name, schema in
            value[name].map { schema.applications(to: $0, at: valuePath.field(name)) } ?? []
        }
        let elements = (value.array ?? []).enumerated().flatMap { index, element in
            items?.applications(to: element, at: valuePath.index(index)) ?? []
        }
        return own + fields + elements
    }
}

extension FieldPath {
    /// Reads `spec.bgpInstances[0].peers`.
    fileprivate init(text: String) {
        self.init(
            text.split(separator: ".").flatMap { part -> [Step] in
                let pieces = part.split(whereSeparator: { "[]".contains($0) })
                return pieces.map { piece in Int(piece).map { .index($0) } ?? .field(String(piece)) }
            }
        )
    }
}

private let tools = Requirement.programs("python:celpy")
