import OperatorRuntime
import PlainMetrics
import SpeakerRuntime
import TestSupport
import Testing

/// What `config/monitoring/metrics.md` says, and how metrics are named.
@Suite struct MetricTableTests {
    /// The rows of a section of the page, without the marks of Markdown.
    private func rows(of section: String) throws -> [String] {
        let page = try Checkout.read("config/monitoring/metrics.md")
        let text = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("\(section)\n") })
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { String($0.replacing("`", with: "")) }
    }

    private func row(_ metric: MetricDescription) -> String {
        let labels = metric.labels.joined(separator: ", ")
        return "| \(metric.name) | \(metric.kind.rawValue) | \(labels.isEmpty ? "" : "\(labels) ")| \(metric.help) |"
    }

    @Test(arguments: [("The operator", Operator.metrics), ("The speaker", SpeakerProgram.metrics)])
    func `the documented table has every metric of a program and no other`(
        section: String,
        metrics: [MetricDescription]
    ) throws {
        let documented = try rows(of: "Both programs") + rows(of: section)
        #expect(documented.sorted() == metrics.map(row).sorted())
    }

    private static let all = Set(Operator.metrics + SpeakerProgram.metrics).sorted { $0.name < $1.name }

    @Test func `each name belongs to one metric`() {
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test(arguments: all)
    func `names, labels and help follow Prometheus' conventions`(metric: MetricDescription) {
        #expect(metric.name.hasPrefix("martlet_") || metric.name.hasPrefix("process_"))
        #expect(metric.name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter))
        #expect(Set(metric.labels).count == metric.labels.count)
        // Prometheus and its operator set these of each target.
        let reserved: Set = ["instance", "job", "pod", "namespace", "node", "container", "endpoint", "le", "quantile"]
        #expect(reserved.isDisjoint(with: metric.labels))
        #expect(!metric.help.isEmpty && !metric.help.hasSuffix(".") && !metric.help.contains { $0.isNewline })
        if metric.kind == .histogram {
            #expect(metric.name.hasSuffix("_seconds"))
            #expect(metric.buckets == Set(metric.buckets).sorted() && metric.buckets.count > 5)
        } else {
            #expect(metric.buckets.isEmpty)
        }
    }

    @Test func `convergence buckets range from a millisecond to a minute`() throws {
        let metric = try #require(Self.all.first { $0.name == "martlet_bgp_convergence_seconds" })
        #expect(metric.buckets.first == 0.001)
        #expect(metric.buckets.last == 60)
    }
}
