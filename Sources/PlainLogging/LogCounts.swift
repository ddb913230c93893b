package import CoreMetrics
package import Logging
import PlainMetrics

/// Counts messages of the log by their level.
package struct LogCounts: Sendable {
    private let counters: [Logger.Level: Counter]

    /// Counts in a backend, every level from 0.
    package init(_ metrics: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: Logger.Level.allCases.map { level in
                (level, MetricDescription.logMessages.counter([level.rawValue], in: metrics))
            }
        )
    }

    /// Counts a message.
    package func count(_ level: Logger.Level) { counters[level]?.increment() }
}
