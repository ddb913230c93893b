import KubeClient
import Testing

@Suite struct SharedTextsTests {
    /// Where the octets of a text lie.
    private func place(_ text: String) -> Int? {
        var text = text
        return text.withUTF8 { $0.baseAddress.map { Int(bitPattern: $0) } }
    }

    @Test func `Equal long texts come to lie in one place`() {
        let texts = SharedTexts()
        let first = texts.shared("ip-10-0-0-17.eu-central-1.compute.internal" + String(7))
        let second = texts.shared("ip-10-0-0-17.eu-central-1.compute.internal" + String(7))
        #expect(first == second && place(first) == place(second))
    }

    @Test func `More texts than are held let go of the others, and are still themselves`() {
        let texts = SharedTexts()
        for number in 0..<70_000 {
            #expect(texts.shared("a-text-of-many-octets-\(number)") == "a-text-of-many-octets-\(number)")
        }
        #expect(texts.shared("short") == "short")
    }
}
