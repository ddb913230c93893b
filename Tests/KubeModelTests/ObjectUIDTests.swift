import KubeModel
import Testing

@Suite struct ObjectUIDTests {
    @Test(arguments: [
        "8f14e45f-ceea-467f-a0e6-0123456789ab", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ])
    func `A UUID is kept as a number and written as it was`(text: String) {
        guard case .uuid = ObjectUID(text) else {
            Issue.record("\(text) is kept as text")
            return
        }
        #expect(ObjectUID(text).description == text)
    }

    @Test(arguments: [
        "", "u", "manifest:Service/shop/web", "8F14E45F-ceea-467f-a0e6-0123456789ab",
        "8f14e45fcceea-467f-a0e6-0123456789a",
        "8f14e45f-ceea-467f-a0e6-0123456789abc", "8f14e45f-ceea-467f-a0e6-0123456789a",
        "--------------------------------ceea",
        "8f14e45f-ceea-467f-a0e60-123456789ab", "ä",
    ])
    func `Any other text stays as it is`(text: String) {
        #expect(ObjectUID(text) == .text(text))
        #expect(ObjectUID(text).description == text)
    }
}
