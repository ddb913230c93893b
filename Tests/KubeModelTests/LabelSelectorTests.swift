import KubeJSON
import KubeModel
import Testing

@Suite struct LabelSelectorTests {
    @Test(arguments: [
        Row("{}", "an empty one selects everything", [:], true),
        Row(#"{"matchLabels":{"a":"1"}}"#, "the value has to be equal", ["a": "1", "b": "2"], true),
        Row(#"{"matchLabels":{"a":"1"}}"#, "another value is not", ["a": "2"], false),
        Row(#"{"matchLabels":{"a":""}}"#, "an empty value is a value", [:], false),
        Row(#"{"matchLabels":{"a":"1","b":"2"}}"#, "all labels have to match", ["a": "1"], false),
        Row(#"{"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]}]}"#, "In: listed", ["a": "2"], true),
        Row(
            #"{"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]}]}"#,
            "In: not listed",
            ["a": "3"],
            false
        ),
        Row(#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"]}]}"#, "In: absent key", [:], false),
        Row(#"{"matchExpressions":[{"key":"a","operator":"In"}]}"#, "In without values", ["a": "1"], false),
        Row(
            #"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}"#,
            "NotIn: listed",
            ["a": "1"],
            false
        ),
        Row(
            #"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}"#,
            "NotIn: not listed",
            ["a": "2"],
            true
        ),
        Row(#"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}"#, "NotIn: absent key", [:], true),
        Row(#"{"matchExpressions":[{"key":"a","operator":"Exists"}]}"#, "Exists: there", ["a": ""], true),
        Row(#"{"matchExpressions":[{"key":"a","operator":"Exists"}]}"#, "Exists: absent", ["b": ""], false),
        Row(#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#, "DoesNotExist: there", ["a": ""], false),
        Row(#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#, "DoesNotExist: absent", [:], true),
        Row(
            #"{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"Exists"}]}"#,
            "labels and expressions both have to hold",
            ["a": "1"],
            false
        ),
    ])
    func `a label selector matches as in Kubernetes`(row: Row) throws {
        let selector = try JSON.decode(LabelSelector.self, from: row.selector)
        #expect(selector.matches(row.labels) == row.matches)
    }

    @Test(arguments: [
        (LabelSelector(), "{}"),
        (LabelSelector(matchLabels: ["b": "2", "a": "1"]), "a=1,b=2"),
        (
            LabelSelector(matchExpressions: [
                .init(key: "c", operator: .in, values: ["d", "e"]), .init(key: "f", operator: .notIn, values: ["g"]),
                .init(key: "h", operator: .exists), .init(key: "i", operator: .doesNotExist),
            ]), "c in (d,e),f notin (g),h,!i"
        ),
    ])
    func `a label selector is written as kubectl takes it`(selector: LabelSelector, text: String) {
        #expect(selector.description == text)
    }

    @Test func `a selector with an unknown operator is refused with the list of known ones`() {
        let json = #"{"matchExpressions":[{"key":"a","operator":"Like","values":["1"]}]}"#
        let error = #expect(throws: DecodingError.self) { try JSON.decode(LabelSelector.self, from: json) }
        #expect("\(String(describing: error))".contains("expected one of In, NotIn, Exists, DoesNotExist, found"))
    }

    @Test func `a selector is empty only without requirements`() {
        #expect(LabelSelector().isEmpty)
        #expect(LabelSelector(matchLabels: [:], matchExpressions: []).isEmpty)
        #expect(!LabelSelector(matchLabels: ["a": "1"]).isEmpty)
        #expect(!LabelSelector(matchExpressions: [.init(key: "a", operator: .exists)]).isEmpty)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var selector: String
        var testDescription: String
        var labels: [String: String]
        var matches: Bool

        init(_ selector: String, _ name: String, _ labels: [String: String], _ matches: Bool) {
            self.selector = selector
            self.testDescription = name
            self.labels = labels
            self.matches = matches
        }
    }
}
