import KubeJSON
import KubeModel
import PlainText
import Testing

struct MicroTimestampTests {
    @Test func `the times of leases and events have six decimals in JSON`() throws {
        let time = MicroTimestamp(Timestamp(secondsSinceEpoch: 1_769_860_800.25))
        let json = #"["2026-01-31T12:00:00.250000Z"]"#
        #expect(String(decoding: try JSON.encode([time]), as: UTF8.self) == json)
        #expect(try JSON.decode([MicroTimestamp].self, from: json) == [time])
    }
}
