import KubeJSON
import KubeModel
import TestSupport
import Testing

/// The Common Expression Language, in which the API server has rules.
enum CEL {
    /// True, false, `{"text": …}`, or the text of an error for each rule with the values of the names that it speaks of.
    static func evaluate(_ rules: [(rule: String, values: [String: JSONValue])]) async throws -> [JSONValue] {
        let cases = JSONValue.array(rules.map { ["rule": .string($0.rule), "with": .object($0.values)] })
        let command = Command(
            [
                "python3", Checkout.path("Tests/BGPResourcesTests/evaluate_rules.py"),
                Checkout.path(".build/cel-python"),
            ],
            input: String(decoding: try JSON.encode(cases), as: UTF8.self)
        )
        let verdicts = try JSON.decode(JSONValue.self, from: try await command.run(within: .seconds(300)))
        return try #require(verdicts.array)
    }
}
