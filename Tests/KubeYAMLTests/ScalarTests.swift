import KubeJSON
import KubeModel
import KubeYAML
import Testing

struct ScalarTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        let value: JSONValue?
        var testDescription: String { text }
    }

    static let rows: [Row] = [
        Row(text: "", value: .null), Row(text: "~", value: .null), Row(text: "NULL", value: .null),
        Row(text: "yes", value: true), Row(text: "On", value: true), Row(text: "y", value: true),
        Row(text: "no", value: false), Row(text: "OFF", value: false), Row(text: "N", value: false),
        Row(text: "yEs", value: "yEs"), Row(text: "tRue", value: "tRue"),
        Row(text: "0", value: 0), Row(text: "-1", value: -1), Row(text: "+12", value: 12),
        Row(text: "1_000", value: 1000),
        Row(text: "0x1F", value: 31), Row(text: "0o17", value: 15), Row(text: "017", value: 15),
        // Neither octal nor anything else with two characters in front.
        Row(text: "0.5", value: .number(0.5)), Row(text: "0:30", value: "0:30"), Row(text: "0/1", value: "0/1"),
        Row(text: "-0b11", value: -3), Row(text: "08", value: 8), Row(text: "0x", value: "0x"),
        Row(text: "9223372036854775807", value: 9_223_372_036_854_775_807),
        Row(text: "9223372036854775808", value: .number(9_223_372_036_854_775_808)),
        Row(text: "1.5", value: .number(1.5)), Row(text: ".5", value: .number(0.5)), Row(text: "1e3", value: 1000),
        Row(text: "1.0", value: 1), Row(text: "1.2.3.4", value: "1.2.3.4"),
        Row(text: "10.0.0.0/8", value: "10.0.0.0/8"),
        Row(text: "65000:100", value: "65000:100"), Row(text: "12:30:45", value: "12:30:45"),
        Row(text: "2026-01-31", value: "2026-01-31"), Row(text: "-", value: "-"), Row(text: ".", value: "."),
        Row(text: ".inf", value: nil), Row(text: "-.INF", value: nil), Row(text: ".nan", value: nil),
        Row(text: "+.Inf", value: nil), Row(text: "1.2e3", value: 1200), Row(text: "-1.5E-1", value: .number(-0.15)),
        Row(text: "1_0.5", value: .number(10.5)), Row(text: "0xfF", value: 255), Row(text: "0B11", value: 3),
        Row(text: "0b2", value: "0b2"), Row(text: "12a", value: "12a"), Row(text: "1-2", value: "1-2"),
        Row(text: "2001:db8::1", value: "2001:db8::1"), Row(text: "1.2.3", value: "1.2.3"),
        Row(text: "_1", value: "_1"),
        Row(text: "falsey", value: "falsey"), Row(text: "infinity", value: "infinity"),
        Row(text: "0x1p3", value: "0x1p3"), Row(text: "nan", value: "nan"),
    ]

    @Test(arguments: rows)
    func `plain scalars have the type that Kubernetes gives them`(row: Row) {
        #expect(YAMLScalar.resolve(row.text) == row.value)
    }
}
