import PlainText
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("two\nlines\r\tand\u{85}\u{2028}\u{2029}more", "two lines  and   more"),
        ("\u{1B}[2J\u{7}", "\u{FFFD}[2J\u{FFFD}"),
        ("C1 \u{9B}31m", "C1 \u{FFFD}31m"),
        ("bidi \u{202E}txet\u{2066}", "bidi \u{FFFD}txet\u{FFFD}"),
        ("zero\u{200B}width\u{FEFF}", "zero\u{FFFD}width\u{FFFD}"),
        ("Grüße 網路", "Grüße 網路"),
    ])
    func `a text is reduced to one printable line`(_ text: String, _ expected: String) {
        #expect(text.onOneLine == expected)
    }

    @Test func `a message has at most 1,024 octets, whatever its characters grow to`() {
        #expect(String(repeating: "a", count: 1024).asMessage == String(repeating: "a", count: 1024))
        #expect(String(repeating: "a", count: 1025).asMessage == String(repeating: "a", count: 1021) + "…")
        #expect(String(repeating: "\u{1B}", count: 1024).asMessage.utf8.count == 1023)
        #expect(String(repeating: "網", count: 400).asMessage == String(repeating: "網", count: 340) + "…")
        let combined = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(combined.asMessage.utf8.count <= 1024)
        #expect(combined.asMessage.hasSuffix("…"))
        #expect(String(repeating: "\n", count: 250_042).asMessage == String(repeating: " ", count: 1021) + "…")
    }

    @Test func `a quoted value shows at most 64 characters`() {
        #expect("10.0.0.300".quoted == "\"10.0.0.300\"")
        #expect(String(repeating: "x", count: 64).quoted == "\"\(String(repeating: "x", count: 64))\"")
        #expect(String(repeating: "x", count: 65).quoted == "\"\(String(repeating: "x", count: 64))…\"")
        #expect("a\u{1B}b".quoted == "\"a\u{FFFD}b\"")
        let combined = "e" + String(repeating: "\u{301}", count: 1000)
        #expect(combined.quoted.unicodeScalars.count == 67)
    }

    @Test func `a list names its first items and counts the rest`() {
        let names = (1...12).map { "n\($0)" }
        #expect([String]().asSentence() == "nothing")
        #expect(["a"].asSentence() == "a")
        #expect(["a", "b", "c"].asSentence() == "a, b and c")
        #expect(names.asSentence(most: 2) == "n1, n2 and 10 more")
        #expect(["a", "b"].asFindings() == "a; b")
        #expect(names.asFindings() == "n1; n2; n3; and 9 more")
    }
}
