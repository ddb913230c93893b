import CoreMetrics
import FoundationEssentials
import KubeModel
import PlainMetrics
import PlainText
import Synchronization

/// Counts and times the rounds of one controller.
final class ReconcileMetrics: Sendable {
    private let controller: String
    private let factory: any MetricsFactory
    private let successes: Counter
    private let errors: Counter
    private let duration: Recorder
    private let lastSuccess = Mutex<Gauge?>(nil)

    init(controller: String, _ factory: any MetricsFactory) {
        self.controller = controller
        self.factory = factory
        successes = MetricDescription.reconciles.counter([controller, "success"], in: factory)
        errors = MetricDescription.reconciles.counter([controller, "error"], in: factory)
        duration = MetricDescription.reconcileDuration.histogram([controller], in: factory)
    }

    /// Makes a round; one that is cancelled counts for nothing.
    func measure<Value>(_ round: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        do {
            let value = try await round()
            successes.increment()
            note(since: start)
            gauge.record(Timestamp(Date.now).secondsSinceEpoch)
            return value
        } catch {
            if !(error is CancellationError), !Task.isCancelled {
                errors.increment()
                note(since: start)
            }
            throw error
        }
    }

    /// Drops what says nothing once another replica leads.
    func stop() {
        lastSuccess.withLock { gauge in
            gauge?.destroy()
            gauge = nil
        }
    }

    private func note(since start: ContinuousClock.Instant) {
        duration.record((ContinuousClock.now - start) / .seconds(1))
    }

    private var gauge: Gauge {
        lastSuccess.withLock { gauge in
            let present = gauge ?? MetricDescription.reconcileLastSuccess.gauge([controller], in: factory)
            gauge = present
            return present
        }
    }
}
