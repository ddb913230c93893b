import AdminServer
import CoreMetrics
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
}
