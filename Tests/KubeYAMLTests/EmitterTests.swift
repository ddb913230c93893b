import KubeJSON
import KubeModel
import KubeYAML
import Testing

struct EmitterTests {
    @Test func `output looks as kubectl writes it`() {
        let value: JSONValue = [
            "spec": ["list": ["a", ["b": 1, "c": [1, 2]], [["x"]], []], "empty": [:], "none": nil],
            "kind": "X",
            "data": [
                "text": "two\nlines\n", "open": "no\nend", "quoted": "12", "truth": "yes", "address": "10.0.0.0/8",
            ],
        ]
        #expect(
            YAMLEmitter.emit(value) == """
                data:
                  address: 10.0.0.0/8
                  open: |-
                    no
                    end
                  quoted: "12"
                  text: |
                    two
                    lines
                  truth: "yes"
                kind: X
                spec:
                  empty: {}
                  list:
                  - a
                  - b: 1
                    c:
                    - 1
                    - 2
                  - - - x
                  - []
                  none: null

                """
        )
    }

    static let strings = [
        "", " ", "a", " a", "a ", "yes", "null", "~", "1", "1.5", "0x10", "a: b", "a #b", "#a", "- a", "-", "-a", "? a",
        "a:", ":a", "[a", "{a", "&a", "*a", "!a", "|", ">", "'a'", "\"a\"", "%a", "@a", "`a", "12:30:45", "2026-01-31",
        "a\nb", "a\nb\n", "a\n\nb\n\n", "\na", " a\nb", "a \nb", "tab\tin", "tab\n\tline", "bell\u{7}", "ü", "日本", "😀",
        "---", "--- a", "...", "<<", "=", ".inf", "a,b", "a]b", "\\", "\u{FEFF}x", "\u{2028}", "\r\n", "y", "n", "é: x",
        "'", "''",
    ]

    @Test(arguments: strings)
    func `every string reads back as it was, as value, key and list item`(text: String) throws {
        let value: JSONValue = .object(["k": .string(text), "l": [.string(text)], "m": .object([text: "v"])])
        let read = try YAMLDocument.parse(YAMLEmitter.emit(value), file: "x").map(\.json)
        #expect(read == [value])
    }

    @Test func `keys are in natural order`() {
        let keys = ["b", "a10", "a9", "a", "B", "a-b", "ab", "a1b"]
        #expect(keys.sorted(by: NaturalOrder.precedes) == ["B", "a", "a-b", "a1b", "a9", "a10", "ab", "b"])
    }
}
