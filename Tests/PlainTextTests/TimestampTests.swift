import FoundationEssentials
import PlainText
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2026-01-31T12:00:00Z", 1_769_860_800),
        ("2026-01-31T12:00:00.250000Z", 1_769_860_800.25),
        ("2026-01-31T14:00:00+02:00", 1_769_860_800),
        ("2024-02-29T23:59:59Z", 1_709_251_199),
    ])
    func `a timestamp is read from RFC 3339`(text: String, seconds: Double) throws {
        let time = try #require(Timestamp(text))
        #expect(abs(time.secondsSinceEpoch - seconds) < 0.000_5)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-31", "12:00:00Z", "1769860800"])
    func `other text is not read as a timestamp`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    /// The short way and the general one must not differ.
    @Test func `a timestamp is the same whichever way it is read and written`() throws {
        var seconds = 0
        while seconds < 253_402_300_800 {
            let time = Timestamp(secondsSinceEpoch: Double(seconds))
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = date.formatted(.iso8601)
            try #require(time.description == text)
            try #require(Timestamp(text) == time)
            // About every four months, at another time of the day each; and the last second of each February.
            seconds += 10_000_019
        }
        for year in [1970, 1972, 2000, 2023, 2024, 2100, 2400] {
            let text = "\(year)-03-01T00:00:00Z"
            let before = Timestamp(secondsSinceEpoch: try #require(Timestamp(text)).secondsSinceEpoch - 1)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            #expect(before.description == "\(year)-02-\(isLeap ? 29 : 28)T23:59:59Z")
        }
    }

    @Test func `a timestamp has whole seconds, or six decimals where Kubernetes wants them`() throws {
        let time = Timestamp(secondsSinceEpoch: 1_769_860_800.25)
        #expect(time.description == "2026-01-31T12:00:00Z")
        #expect(time.microTime == "2026-01-31T12:00:00.250000Z")
        #expect(Timestamp(secondsSinceEpoch: 1_769_860_800.000_5).microTime.count == 27)
        #expect(time.wholeSecond == Timestamp(secondsSinceEpoch: 1_769_860_800))
        #expect(Timestamp(secondsSinceEpoch: -0.5).wholeSecond == Timestamp(secondsSinceEpoch: -1))
    }

    @Test func `timestamps are ordered, and their distance has a sign`() {
        let early = Timestamp(secondsSinceEpoch: 10)
        let late = Timestamp(secondsSinceEpoch: 12.5)
        #expect(early < late)
        #expect(late.seconds(since: early) == 2.5)
        #expect(early.seconds(since: late) == -2.5)
    }
}
