package import CoreMetrics
import Synchronization

/// Keeps the values of all metrics of a program and writes them for Prometheus.
///
/// It is the program's swift-metrics backend. A series lives from its first use until its owner destroys it, so a
/// peer that is removed takes its series along.
package final class MetricsRegistry: MetricsFactory {
    private let series = Mutex<[MetricSeries.Identity: MetricSeries]>([:])

    /// An empty registry.
    package init() {}

    private func find(_ label: String, _ dimensions: [(String, String)], _ kind: MetricSeries.Kind) -> MetricSeries {
        let identity = MetricSeries.Identity(label: label, dimensions: dimensions)
        return series.withLock { series in
            if let known = series[identity] { return known }
            let new = MetricSeries(identity: identity, kind: kind)
            series[identity] = new
            return new
        }
    }

    private func forget(_ handler: AnyObject) {
        guard let gone = handler as? MetricSeries else { return }
        series.withLock { series in
            if series[gone.identity] === gone { series[gone.identity] = nil }
        }
    }

    /// All series in the Prometheus text format, version 0.0.4, sorted by name and labels.
    package func exposition() -> String {
        MetricSeries.exposition(of: all).joined()
    }

    /// Writes `exposition()` piece by piece.
    func write(to writer: AdminWriter) async throws {
        for lines in MetricSeries.exposition(of: all) { try await writer.write(lines) }
    }

    private var all: [MetricSeries] { series.withLock { Array($0.values) } }

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
