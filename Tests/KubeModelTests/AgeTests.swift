import KubeModel
import PlainText
import Testing

struct AgeTests {
    @Test(
        arguments: [
            (-100, "<invalid>"), (-2, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"),
            (599, "9m59s"), (600, "10m"), (659, "10m"), (10_799, "179m"), (10_800, "3h"), (11_999, "3h19m"),
            (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (176_400, "2d1h"), (691_200, "8d"),
            (63_071_999, "729d"), (63_072_000, "2y"), (65_750_400, "2y31d"), (252_288_000, "8y"),
            (.max, "292471208677y"),
            (.min, "<invalid>"),
        ] as [(Int64, String)]
    )
    func `ages have the steps that kubectl's have`(seconds: Int64, text: String) {
        #expect(Age(seconds: seconds).description == text)
    }

    @Test func `an age is counted in whole seconds from the earlier time`() {
        let present = Timestamp(secondsSinceEpoch: 1_769_860_800)
        let earlier = Timestamp(secondsSinceEpoch: 1_769_860_800 - 90.9)
        #expect(Age(from: earlier, to: present) == Age(seconds: 90))
        #expect(Age(from: present, to: Timestamp(secondsSinceEpoch: 1_769_860_799.5)).description == "0s")
        #expect(Age(from: Timestamp(secondsSinceEpoch: -.infinity), to: present).description == "<invalid>")
    }
}
