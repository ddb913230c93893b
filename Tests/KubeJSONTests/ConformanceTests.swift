import KubeJSON
import Testing

/// RFC 8259, section by section: what a reader must take, and what it must refuse.
@Suite struct ConformanceTests {
    struct Text: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]

        init(_ name: String, _ text: String) {
            testDescription = name
            bytes = Array(text.utf8)
        }

        init(_ name: String, bytes: [UInt8]) {
            testDescription = name
            self.bytes = bytes
        }
    }

    /// §2 and §3: a text is one value of any kind, with white space around its tokens.
    private static let structure: [(Text, JSONValue)] = [
        (Text("a lone null", "null"), nil), (Text("a lone true", "true"), true), (Text("a lone false", "false"), false),
        (Text("a lone number", "42"), 42), (Text("a lone string", #""""#), ""), (Text("a lone array", "[]"), []),
        (Text("a lone object", "{}"), [:]),
        (Text("all four kinds of white space around a value", " \t\r\n1\n\r\t "), 1),
        (Text("white space around every token", " { \"a\" :\t[ 1 ,\r\n2 ] } "), ["a": [1, 2]]),
        (Text("no white space at all", #"{"a":[1,2],"b":{}}"#), ["a": [1, 2], "b": [:]]),
    ]

    /// §4 and §5: objects and arrays.
    private static let collections: [(Text, JSONValue)] = [
        (Text("an empty key", #"{"":1}"#), ["": 1]),
        (Text("an escaped key", #"{"\u0061":1}"#), ["a": 1]),
        (Text("a key with a null character", #"{"a\u0000b":1}"#), ["a\u{0}b": 1]),
        (Text("a key written twice: the last counts", #"{"a":1,"b":0,"a":2}"#), ["a": 2, "b": 0]),
        (Text("an object in an array in an object", #"{"a":[{"b":[]}]}"#), ["a": [["b": []]]]),
        (
            Text("elements of every kind", #"[null,true,false,1,1.5,"a",[],{}]"#),
            [nil, true, false, 1, .number(1.5), "a", [], [:]]
        ),
        (Text("an array of empty arrays", "[[],[[]]]"), [[], [[]]]),
    ]

    /// §6: numbers.
    ///
    /// Those without fraction and exponent stay integers as far as `Int64` holds them.
    private static let numbers: [(Text, JSONValue)] = [
        (Text("zero", "0"), 0), (Text("minus zero", "-0"), 0), (Text("minus one", "-1"), -1),
        (Text("the largest integer", "9223372036854775807"), .integer(.max)),
        (Text("the smallest integer", "-9223372036854775808"), .integer(.min)),
        (Text("one more than the largest integer", "9223372036854775808"), .number(0x1p63)),
        (Text("one less than the smallest integer", "-9223372036854775809"), .number(-0x1p63)),
        (Text("more digits than any integer has", "123456789012345678901234567890"), .number(1.2345678901234568e29)),
        (Text("a fraction of zero", "1.0"), .number(1)), (Text("zeros behind the point", "0.00"), .number(0)),
        (Text("a fraction", "-3.25"), .number(-3.25)), (Text("an exponent", "1e2"), .number(100)),
        (Text("a large E", "1E2"), .number(100)), (Text("a signed exponent", "1e+2"), .number(100)),
        (Text("a negative exponent", "1e-2"), .number(0.01)), (Text("an exponent with zeros", "1e002"), .number(100)),
        (Text("zero with an exponent", "0e9"), .number(0)), (Text("a fraction and an exponent", "1.5e1"), .number(15)),
        (Text("the largest double", "1.7976931348623157e308"), .number(.greatestFiniteMagnitude)),
        (Text("the smallest double", "5e-324"), .number(.leastNonzeroMagnitude)),
        (Text("a number too small for a double", "1e-400"), .number(0)),
    ]

    /// §7 and §8: strings.
    private static let strings: [(Text, JSONValue)] = [
        (Text("every short escape", #""\"\\\/\b\f\n\r\t""#), "\"\\/\u{8}\u{C}\n\r\t"),
        (Text("a slash without escape", #""/""#), "/"), (Text("an escaped null character", #""\u0000""#), "\u{0}"),
        (Text("hexadecimal digits in both cases", #""\u00e4\u00E4""#), "ää"),
        (Text("an escape of the basic plane", #""\u20AC""#), "€"),
        (Text("a pair of surrogates", #""\uD834\uDD1E""#), "𝄞"),
        (Text("the last pair of surrogates", #""\uDBFF\uDFFF""#), "\u{10FFFF}"),
        (Text("characters of one to four octets", "\"aä€𝄞\""), "aä€𝄞"),
        (Text("a delete character, which is no control character here", "\"\u{7F}\""), "\u{7F}"),
        (Text("line and paragraph separators", "\"\u{2028}\u{2029}\""), "\u{2028}\u{2029}"),
        (Text("a non-character", #""\uFFFF""#), "\u{FFFF}"),
        (Text("text next to escapes", #""a\nb\u0063d""#), "a\nbcd"),
        // As Go reads them, and so the API server: a surrogate without its other half becomes U+FFFD.
        (Text("a lone high surrogate", #""\uD834""#), "\u{FFFD}"),
        (Text("a lone low surrogate", #""\uDD1E""#), "\u{FFFD}"),
        (Text("a high surrogate before a letter", #""\uD834x""#), "\u{FFFD}x"),
        (Text("a high surrogate before another escape", #""\uD834\n""#), "\u{FFFD}\n"),
        (Text("a high surrogate before an escaped letter", #""\uD834\u0041""#), "\u{FFFD}A"),
        (Text("surrogates in the wrong order", #""\uDD1E\uD834""#), "\u{FFFD}\u{FFFD}"),
    ]

    @Test(arguments: structure + collections + numbers + strings)
    func `a text of the grammar is read with its meaning`(text: Text, value: JSONValue) throws {
        #expect(try JSONReader.read(text.bytes).value == value)
    }

    @Test(arguments: structure + collections + numbers + strings)
    func `a value is the same after writing and reading it`(text: Text, value: JSONValue) throws {
        for style in [JSONWriter.Style(), JSONWriter.Style(indentation: 2, escapesFormats: true)] {
            #expect(try JSONReader.read(JSONWriter.bytes(value, style: style)).value == value)
        }
    }

    private static let broken: [Text] = [
        Text("nothing", ""), Text("white space alone", " \n"), Text("two values", "1 2"),
        Text("a value and a comma", "1,"),
        Text("a byte order mark", "\u{FEFF}1"), Text("white space of other kinds", "\u{A0}1"),
        Text("a form feed", "\u{C}1"),
        Text("a comment", "1 // one"), Text("a comment in front", "/* one */ 1"), Text("a word in capitals", "True"),
        Text("half a word", "tru"), Text("a word that goes on", "nullx"), Text("a word of others", "undefined"),
        Text("a closing bracket", "]"), Text("a closing brace", "}"), Text("a null octet behind", "1\u{0}"),
        Text("an open array", "[1"), Text("an array closed by a brace", "[1}"), Text("a comma at the end", "[1,]"),
        Text("a comma in front", "[,1]"), Text("two commas", "[1,,2]"), Text("no comma", "[1 2]"),
        Text("a colon in an array", "[1:2]"), Text("an open object", #"{"a":1"#),
        Text("an object without value", #"{"a":}"#),
        Text("an object without colon", #"{"a" 1}"#), Text("two colons", #"{"a"::1}"#), Text("a key alone", #"{"a"}"#),
        Text("a comma at an object's end", #"{"a":1,}"#), Text("a comma in an object's front", #"{,"a":1}"#),
        Text("a key without quotes", "{a:1}"), Text("a key in single quotes", "{'a':1}"),
        Text("a number as key", "{1:1}"),
        Text("null as key", "{null:1}"),
    ]

    private static let brokenNumbers: [Text] = [
        "+1", "-", "--1", "- 1", "01", "-01", "00", ".5", "-.5", "1.", "-1.", "1.e1", "1e", "1e+", "1e-", "1e1.5",
        "1e1e1", "1.2.3",
        "0x10", "1_000", "1f", "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "１",
    ].map { Text("the number \($0)", $0) }

    private static let brokenStrings: [Text] =
        [
            #"""#, #""a"#, #""\"#, #""\""#, #""\x""#, #""\u""#, #""\u12""#, #""\u12G4""#, #""\U0041""#, #""\u+041""#,
            #""\u 041""#,
            #""\uD834\u""#, #""\uD834\u12""#, "'a'", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\"\u{1F}\"", #""a"b"#,
            #""\'""#, #""\e""#,
        ].map { Text("the string \($0.debugDescription)", $0) }

    private static let brokenUTF8: [Text] = [
        Text("an octet that never occurs", bytes: [0x22, 0xFF, 0x22]),
        Text("a continuation alone", bytes: [0x22, 0x80, 0x22]),
        Text("a character cut short", bytes: [0x22, 0xE2, 0x82, 0x22]),
        Text("zero in two octets", bytes: [0x22, 0xC0, 0x80, 0x22]),
        Text("a slash in three octets", bytes: [0x22, 0xE0, 0x80, 0xAF, 0x22]),
        Text("a surrogate in UTF-8", bytes: [0x22, 0xED, 0xA0, 0x80, 0x22]),
        Text("a character beyond U+10FFFF", bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22]),
        Text("bad UTF-8 behind an escape", bytes: [0x22, 0x5C, 0x6E, 0xFF, 0x22]),
        Text("bad UTF-8 in a key", bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
        Text("text in UTF-16", bytes: [0xFF, 0xFE, 0x31, 0x00]),
    ]

    @Test(arguments: broken + brokenNumbers + brokenStrings + brokenUTF8)
    func `a text outside the grammar is refused, alone and inside a document`(text: Text) {
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(text.bytes) }
        let inside = Array(#"{"a":["#.utf8) + text.bytes + Array("]}".utf8)
        // These two are an empty array there.
        if !["nothing", "white space alone"].contains(text.testDescription) {
            #expect(throws: JSONReader.Fault.self) { try JSONReader.read(inside) }
        }
    }

    /// §9: a reader may limit the depth; this one holds 512 levels, so that no text can exhaust the stack.
    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `nesting is read down to 512 levels and refused below`(open: String, close: String) throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array(
                (String(repeating: open, count: levels - 1) + "[]" + String(repeating: close, count: levels - 1)).utf8
            )
        }
        _ = try JSONReader.read(nested(512))
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(nested(513)) }
        #expect(throws: JSONReader.Fault.self) {
            try JSONReader.read(Array(String(repeating: open, count: 1_000_000).utf8))
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":1}"#, ["a"]), (#"{"a":1,"a":2,"a":3}"#, ["a", "a"]), (#"{"a":1,"\u0061":2}"#, ["a"]),
        (#"{"a":1,"A":2}"#, []), (#"[{"a":1},{"a":2}]"#, []),
        (#"{"a":{"b":1,"b":2},"c":[{"d":1,"d":2}]}"#, ["a.b", "c[0].d"]),
        // Precomposed and decomposed are one text to Swift, so no member of a tree can be lost unseen.
        ("{\"\u{E4}\":1,\"a\u{308}\":2}", ["ä"]),
    ])
    func `keys that occur twice in one object are named with their place`(text: String, duplicates: [String]) throws {
        #expect(try JSONReader.read(Array(text.utf8)).duplicates.map(\.description) == duplicates)
    }
}
