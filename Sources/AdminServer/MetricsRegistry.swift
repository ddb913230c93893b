package import CoreMetrics
package import PlainMetrics
import Synchronization

/// Keeps the values of all metrics of a program and writes them for Prometheus.
///
/// It is the program's swift-metrics backend. A series lives from its first use until its owner destroys it, so a
/// peer that is removed takes its series along. What is asked for only when the page is made (`collect`) is never kept.
package final class MetricsRegistry: MetricsFactory {
    private struct State {
        var series: [MetricSeries.Identity: MetricSeries] = [:]
        var sources: [@Sendable () -> [MetricSample]] = []
    }

    private let descriptions: [String: MetricDescription]
    private let state = Mutex(State())

    /// A registry of a program with these metrics; others have no help on the page.
    package init(describing descriptions: [MetricDescription] = []) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds what is asked for its values each time the page is made; it should be quick.
    package func collect(_ source: @escaping @Sendable () -> [MetricSample]) {
        state.withLock { $0.sources.append(source) }
    }

    private func find(_ label: String, _ dimensions: [(String, String)], _ kind: MetricSeries.Kind) -> MetricSeries {
        let identity = MetricSeries.Identity(label: label, dimensions: dimensions)
        let bounds = descriptions[identity.name]?.buckets
        return state.withLock { state in
            if let known = state.series[identity] { return known }
            let new = MetricSeries(identity: identity, kind: kind, bounds: bounds)
            state.series[identity] = new
            return new
        }
    }

    private func forget(_ handler: AnyObject) {
        guard let gone = handler as? MetricSeries else { return }
        state.withLock { state in
            if state.series[gone.identity] === gone { state.series[gone.identity] = nil }
        }
    }

    /// All series in the Prometheus text format, version 0.0.4, sorted by name and labels.
    package func exposition() -> String {
        pieces().joined()
    }

    /// Writes `exposition()` piece by piece.
    func write(to writer: AdminWriter) async throws {
        for piece in pieces() { try await writer.write(piece) }
    }

    private func pieces() -> some Sequence<String> {
        let (series, sources) = state.withLock { (Array($0.series.values), $0.sources) }
        return MetricSeries.exposition(
            of: series + sources.flatMap { $0() }.map { MetricSeries($0) },
            describing: descriptions
        )
    }

    /// A counter that only rises.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions, .counter)
    }

    /// A counter of fractions that only rises.
    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        find(label, dimensions, .counter)
    }

    /// A gauge.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        find(label, dimensions, .gauge)
    }

    /// A gauge, or a histogram when values are to be aggregated.
    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        find(label, dimensions, aggregate ? .histogram : .gauge)
    }

    /// A histogram of seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions, .histogram)
    }

    /// Drops the series.
    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }

    /// Drops the series.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }

    /// Drops the series.
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }

    /// Drops the series.
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }

    /// Drops the series.
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}
