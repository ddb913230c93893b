import KubeJSON
import KubeModel
import KubeYAML
import Testing

struct DocumentTests {
    private func json(_ text: String) throws -> [JSONValue] {
        try YAMLDocument.parse(text, file: "a.yaml").map(\.json)
    }

    @Test func `documents, blocks, quotes and keys become JSON`() throws {
        let text = """
            # a comment
            %YAML 1.1
            ---
            name: "yes"
            count: 3
            on: [a, 'b', {c: ~}]
            text: |
              two
              lines
            folded: >-
              one
              line
            1: number key
            ---
            ---
            {"json": true,	"tab": "in flow"}
            ...
            """
        #expect(
            try json(text) == [
                [
                    "name": "yes", "count": 3, "true": ["a", "b", ["c": nil]], "text": "two\nlines\n",
                    "folded": "one line", "1": "number key",
                ],
                ["json": true, "tab": "in flow"],
            ]
        )
    }

    @Test func `anchors and merge keys are expanded and what is written in place wins`() throws {
        let text = """
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            one:
              <<: *base
              b: 9
            many:
              b: 8
              <<: [*other, *base]
            """
        #expect(
            try json(text).first == [
                "base": ["a": 1, "b": 2], "other": ["b": 3, "c": 4], "one": ["a": 1, "b": 9],
                "many": ["a": 1, "b": 8, "c": 4],
            ]
        )
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        let message: String
        var testDescription: String { name }
    }

    static let faults: [Fault] = [
        Fault(
            name: "duplicate key",
            text: "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n",
            message: "a.yaml:5:3: key \"c\" again, expected it once (first at line 3)"
        ),
        Fault(
            name: "tab",
            text: "a:\n  b: 1\n\tc: 2\n",
            message: "a.yaml:3:1: found a tab character, expected spaces for indentation"
        ),
        Fault(
            name: "infinity",
            text: "a: .inf\n",
            message: "a.yaml:1:4: found .inf, expected a finite number"
        ),
        Fault(
            name: "custom tag",
            text: "a: !env X\n",
            message: "a.yaml:1:4: found tag !!env on \"X\", expected a value without a tag"
        ),
        Fault(
            name: "no anchor",
            text: "a: *x\n",
            message: "a.yaml:1:4: alias *x has no anchor, expected &x earlier in the same document"
        ),
        Fault(
            name: "recursive anchor",
            text: "a: &x\n  b: *x\n",
            message: "a.yaml:2:6: alias *x stands inside its own anchor, expected an anchor that ended before"
        ),
        Fault(
            name: "merge of a list",
            text: "a:\n  <<: [1]\n",
            message: "a.yaml:2:8: '<<' merges a value that is no mapping, expected mappings only"
        ),
        Fault(
            name: "colon in value",
            text: "---\na: b: c\n",
            message:
                "a.yaml:2:5: found a second ':' on the line, expected one key per line, or quotes around a value that contains ': '"
        ),
        Fault(
            name: "key that is a list",
            text: "? [a]\n: 1\n",
            message: "a.yaml:1:3: found a key that is no text, expected a text key"
        ),
        Fault(
            name: "second document",
            text: "a: 1\n---\nb: 1\nb: 2\n",
            message: "a.yaml:4:1: key \"b\" again, expected it once (first at line 3)"
        ),
    ]

    @Test(arguments: faults)
    func `a fault is one line with file, line and column`(fault: Fault) {
        let error = #expect(throws: YAMLError.self) { try json(fault.text) }
        #expect(error?.description == fault.message)
    }

    @Test func `aliases that double with every line are refused`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [" + [String](repeating: alias, count: 10).joined(separator: ", ") + "]\n"
        }
        let error = #expect(throws: YAMLError.self) { try json(text) }
        #expect(error?.found == "aliases expand to more than 1000000 values")
    }

    @Test func `nesting without end is refused`() {
        let text = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        let error = #expect(throws: YAMLError.self) { try json(text) }
        #expect(error?.found == "found nesting deeper than 200")
    }

    @Test func `a broken document does not hide the others`() {
        let (documents, errors) = YAMLDocument.parseAll("a: 1\n---\nb: [\n---\nc: 3\n", file: "x")
        #expect(documents.map(\.json) == [["a": 1], ["c": 3]])
        #expect(errors.count == 1)
    }

    @Test func `fields are found at their values, lists and mappings at their keys`() throws {
        let text = "kind: X\nspec:\n  peers:\n  - name: a\n    port: 179\n  - {name: b}\n"
        let document = try #require(try YAMLDocument.parse(text, file: "x").first)
        let peers: FieldPath = "spec.peers"
        let paths: [FieldPath] = [
            FieldPath(), "kind", peers, peers.index(0).field("port"),
            peers.index(1).field("name"), peers.index(1).field("absent"), "nothing",
        ]
        #expect(paths.map { "\(document.position(of: $0))" } == ["1:1", "1:7", "3:3", "5:11", "6:12", "6:5", "1:1"])
    }
}
