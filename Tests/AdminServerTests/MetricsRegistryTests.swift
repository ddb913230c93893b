import AdminServer
import CoreMetrics
import FoundationEssentials
import PlainMetrics
import Synchronization
import Testing

@Suite struct MetricsRegistryTests {
    private func gauge(_ registry: MetricsRegistry, _ peer: String, _ value: Int) {
        Gauge(label: "bgp_session_up", dimensions: [("peer", peer)], factory: registry).record(value)
    }

    @Test func `series are written sorted, with one TYPE line for each name`() {
        let registry = MetricsRegistry()
        gauge(registry, "tor-b", 0)
        gauge(registry, "tor-a", 1)
        Counter(label: "bgp.notifications.sent", factory: registry).increment(by: 3)
        #expect(
            registry.exposition() == """
                # TYPE bgp_notifications_sent counter
                bgp_notifications_sent 3
                # TYPE bgp_session_up gauge
                bgp_session_up{peer="tor-a"} 1
                bgp_session_up{peer="tor-b"} 0

                """
        )
    }

    @Test func `the same label and dimensions are one series`() {
        let registry = MetricsRegistry()
        Counter(label: "requests", dimensions: [("verb", "get"), ("code", "200")], factory: registry).increment()
        Counter(label: "requests", dimensions: [("code", "200"), ("verb", "get")], factory: registry).increment()
        #expect(registry.exposition() == "# TYPE requests counter\nrequests{code=\"200\",verb=\"get\"} 2\n")
    }

    @Test func `a timer is a cumulative histogram in seconds`() {
        let registry = MetricsRegistry()
        let timer = Timer(label: "wait_seconds", factory: registry)
        timer.recordNanoseconds(300_000)
        timer.recordNanoseconds(20_000_000)
        timer.recordNanoseconds(60_000_000_000)
        let lines = registry.exposition().split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE wait_seconds histogram")
        #expect(lines.contains("wait_seconds_bucket{le=\"0.0005\"} 1"))
        #expect(lines.contains("wait_seconds_bucket{le=\"0.025\"} 2"))
        #expect(lines.contains("wait_seconds_bucket{le=\"10\"} 2"))
        #expect(lines.contains("wait_seconds_bucket{le=\"+Inf\"} 3"))
        #expect(lines.last == "wait_seconds_count 3")
    }

    @Test func `a destroyed series is gone`() {
        let registry = MetricsRegistry()
        let counter = Counter(label: "gone", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(registry.exposition().isEmpty)
    }

    @Test func `quotes, backslashes and newlines in label values are escaped`() {
        let registry = MetricsRegistry()
        gauge(registry, "a\"b\\c\nd", 1)
        #expect(registry.exposition().contains("{peer=\"a\\\"b\\\\c\\nd\"}"))
    }

    private static let wait = MetricDescription.histogram(
        "wait_seconds",
        "Time that was waited",
        labels: ["queue"],
        buckets: [0.001, 1, 60]
    )

    @Test func `what is described has its help and buckets, from before its first series`() {
        let registry = MetricsRegistry(describing: [
            Self.wait, .counter("asked_total", "A \\ and\na line"), .gauge("size_bytes", "Size", labels: ["of"]),
        ])
        MetricDescription.gauge("size_bytes", "Size", labels: ["of"]).gauge(["a"], in: registry).record(7)
        #expect(
            registry.exposition() == """
                # HELP asked_total A \\\\ and\\na line
                # TYPE asked_total counter
                # HELP size_bytes Size
                # TYPE size_bytes gauge
                size_bytes{of="a"} 7
                # HELP wait_seconds Time that was waited
                # TYPE wait_seconds histogram

                """
        )
        let histogram = Self.wait.histogram(["in"], in: registry)
        histogram.record(0.5)
        histogram.record(2.0)
        #expect(
            registry.exposition().hasSuffix(
                """
                # TYPE wait_seconds histogram
                wait_seconds_bucket{queue="in",le="0.001"} 0
                wait_seconds_bucket{queue="in",le="1"} 1
                wait_seconds_bucket{queue="in",le="60"} 2
                wait_seconds_bucket{queue="in",le="+Inf"} 2
                wait_seconds_sum{queue="in"} 2.5
                wait_seconds_count{queue="in"} 2

                """
            )
        )
        histogram.destroy()
        #expect(registry.exposition().hasSuffix("# TYPE wait_seconds histogram\n"))
    }

    @Test func `what is collected is asked for with each page, and never kept`() {
        let size = MetricDescription.gauge("size", "Size", labels: ["of"])
        let registry = MetricsRegistry(describing: [size])
        let present = Mutex([("a", 1.0), ("b", 2.5)])
        let head = "# HELP size Size\n# TYPE size gauge\n"
        registry.collect { present.withLock { $0 }.map { size.sample([$0.0], is: $0.1) } }
        #expect(registry.exposition() == head + "size{of=\"a\"} 1\nsize{of=\"b\"} 2.5\n")
        present.withLock { $0 = [("b", .infinity)] }
        #expect(registry.exposition() == head + "size{of=\"b\"} +Inf\n")
        present.withLock { $0 = [] }
        #expect(registry.exposition() == head)
    }

    @Test func `a program says what it was built from, and what it takes of the machine`() throws {
        let registry = MetricsRegistry(
            BuildInfo(version: "1.2.3", revision: "abc"),
            describing: MetricDescription.ofProgram
        )
        let lines = registry.exposition().split(separator: "\n").map(String.init)
        let build = try #require(lines.first { $0.hasPrefix("martlet_build_info{") })
        #expect(build.hasPrefix("martlet_build_info{revision=\"abc\",swift=\"6."))
        #expect(build.hasSuffix(",version=\"1.2.3\"} 1"))
        func value(_ name: String) throws -> Double {
            let line = try #require(lines.first { $0.hasPrefix("\(name) ") }, "\(name)")
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        try #expect(value("process_cpu_seconds_total") > 0)
        try #expect(value("process_resident_memory_bytes") > Double(1 << 20))
        try #expect(value("process_open_fds") > 2)
        try #expect(value("process_max_fds") >= value("process_open_fds"))
        let age = try Date().timeIntervalSince1970 - value("process_start_time_seconds")
        // The kernel counts from the start of the machine, in whole seconds.
        #expect((-2..<86_400).contains(age))
    }

    @Test(arguments: [nil, ""]) func `a build without a revision reports it as unknown`(revision: String?) {
        #expect(BuildInfo(version: "1", revision: revision).revision == "unknown")
    }
}
