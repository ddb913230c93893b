import KubeJSON
import Testing

@Suite struct JSONWriterTests {
    private let value: JSONValue = ["b": [1, [], [:]], "a": ["c": nil], "time": "now"]

    @Test func `a value is written on one line with sorted keys`() {
        #expect(JSONWriter.text(value) == #"{"a":{"c":null},"b":[1,[],{}],"time":"now"}"#)
    }

    @Test func `an indented value has every member on a line of its own, and empty ones on theirs`() {
        #expect(
            JSONWriter.text(value, style: JSONWriter.Style(indentation: 2)) == """
                {
                  "a": {
                    "c": null
                  },
                  "b": [
                    1,
                    [],
                    {}
                  ],
                  "time": "now"
                }
                """
        )
    }

    @Test func `leading keys come first in their order, and only where they exist`() {
        let style = JSONWriter.Style(leadingKeys: ["time", "level", "b"])
        #expect(JSONWriter.text(value, style: style) == #"{"time":"now","b":[1,[],{}],"a":{"c":null}}"#)
    }

    @Test func `characters that act on a terminal are escaped on request, all others never`() {
        let text: JSONValue = "\u{1B}[31m\u{7F}\u{202E}\u{E0001}ä😀/"
        let asked = JSONWriter.text(text, style: JSONWriter.Style(escapesFormats: true))
        #expect(asked == #""\u001b[31m\u007f\u202e\udb40\udc01ä😀/""#)
        #expect(JSONWriter.text(text) == "\"\\u001b[31m\u{7F}\u{202E}\u{E0001}ä😀/\"")
    }

    @Test func `a number that JSON has no form for is null in a tree and refused when a value is encoded`() throws {
        #expect(JSONWriter.text([.number(.infinity), .number(.nan)]) == "[null,null]")
        #expect(throws: EncodingError.self) { try JSON.encode([Double.infinity]) }
        #expect(throws: EncodingError.self) { try JSON.encode(["half": Double.nan]) }
    }

    /// A tree holds integers of 63 bits and a sign; rounding one would change an object in silence.
    @Test func `an integer that a tree cannot hold is refused with its place`() throws {
        #expect(throws: EncodingError.self) { try JSON.tree(UInt64.max) }
        #expect(throws: EncodingError.self) { try JSON.tree([UInt(Int.max) + 1]) }
        do {
            _ = try JSON.tree(["sizes": [1, UInt64.max]])
            Issue.record("it was encoded")
        } catch EncodingError.invalidValue(let value, let context) {
            #expect(value as? UInt64 == .max)
            #expect(FieldPath(context.codingPath).description == "sizes[1]")
        }
        #expect(try JSON.tree([UInt64(Int64.max)]) == [.integer(.max)])
    }
}
