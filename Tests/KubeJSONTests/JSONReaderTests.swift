import FoundationEssentials
import KubeJSON
import KubeModel
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}",
        "tru", "nul",
        "\"", "\"\\", "\"\\u12", "\"\\u+123\"", "\"\\x\"", "\"\n\"", "01", "-", "-01", "+1", ".5", "1.", "1.e1", "1e",
        "1e+",
        "1 2", "[1 2]", "NaN", "1e999", "}", ",",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(throws: DecodingError.self) { try JSON.decode(JSONValue.self, from: text) }
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func `text that is not UTF-8, or nested too deeply, is refused`() {
        for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]] {
            #expect(throws: JSONReader.Fault.self) { try JSONReader.read(bytes) }
        }
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(deep) }
    }

    @Test(
        arguments: [
            ("-0", 0), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)), ("12e2", .number(1200)),
            ("-1.25E-2", .number(-0.0125)), ("100000000000000000000000", .number(1e23)),
            (" [ 1 , 2 ] ", [1, 2]), ("{ \"a\" : null }", ["a": nil]),
            (#""\u00e4\uD83D\uDE00\n\/\"""#, "ä😀\n/\""), (#""\ud800x""#, "\u{FFFD}x"),
        ] as [(String, JSONValue)]
    )
    func `JSON text is read with its exact meaning`(text: String, value: JSONValue) throws {
        #expect(try JSONReader.read(Array(text.utf8)).value == value)
    }

    @Test func `duplicate keys are reported, and the last one counts`() throws {
        let text = #"{"a":1,"b":[{"c":1,"c":2}],"a":3}"#
        let (value, duplicates) = try JSONReader.read(Array(text.utf8))
        #expect(value == ["a": 3, "b": [["c": 2]]])
        #expect(duplicates.map(\.description) == ["b[0].c", "a"])
    }

    @Test func `unknown members are skipped, whatever they hold`() throws {
        for unwanted in [#"[{"f:a":{}},"]}\\\"",[]]"#, "{}", "1", "null", #""]""#] {
            let text = #"{"a":{"x":\#(unwanted),"b":1},"x":\#(unwanted)}"#
            #expect(try JSON.read(text.utf8, leavingOut: ["x"]) == ["a": ["b": 1]])
        }
        for text in [#"{"x":[1"#, #"{"x":"abc"#, #"{"x":"\"#, #"{"x":1"#] {
            #expect(throws: DecodingError.self) { try JSON.read(text.utf8, leavingOut: ["x"]) }
        }
    }

    @Test func `a written value is read back as the same`() throws {
        let value: JSONValue = [
            "text": "\"\\/\u{8}\u{C}\n\r\t\u{1F}\u{7F}ä😀",
            "numbers": [0, -1, .integer(.max), .number(1e300), .number(0.1)],
            "words": [true, false, nil], "empty": [[:], []],
        ]
        #expect(try JSONReader.read(JSONWriter.bytes(value)).value == value)
        #expect(try JSON.decode(JSONValue.self, from: JSON.encode(value)) == value)
        // Another reader agrees.
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSON.encode(value)) == value)
    }
}
