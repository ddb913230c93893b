import KubeJSON
import KubeModel
import Testing
import kubectl_bgp

struct DocumentTests {
    @Test func `JSON looks as kubectl prints it`() {
        let document: JSONValue = [
            "kind": "X", "items": [1, 2.5.json, true, nil], "empty": [], "none": [:], "a/b": "q\"\\\n\u{1B}é",
        ]
        #expect(
            document.jsonText == """
                {
                    "a/b": "q\\"\\\\\\n\\u001bé",
                    "empty": [],
                    "items": [
                        1,
                        2.5,
                        true,
                        null
                    ],
                    "kind": "X",
                    "none": {}
                }

                """
        )
    }

    @Test func `JSON text reads back as the same value`() throws {
        let document: JSONValue = ["a": [["b": "\u{0}\u{7F}\u{2028}"], "c", -7], "d": [:]]
        #expect(try JSON.decode(JSONValue.self, from: document.jsonText) == document)
    }

    @Test func `numbers that JSON has no name for are null`() {
        #expect(JSONValue.number(.nan).jsonText == "null\n")
    }
}

extension Double {
    fileprivate var json: JSONValue { .number(self) }
}
