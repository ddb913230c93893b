package import CoreMetrics
import FoundationEssentials
import KubeJSON
package import KubeModel
import LogKeys
package import Logging
import PlainMetrics
package import PlainText
import ServiceLifecycle

/// Writes Kubernetes events (events.k8s.io/v1) about transitions.
///
/// `record` never waits: events queue up and the service writes them. What was said last about an object under a reason is
/// not said twice; what was said before and is said again counts up the first event's series. A hundred may follow each
/// other at once, then one each second; the log has how many were left out.
package final class EventRecorder: ServiceLifecycle.Service {
    private let client: KubeClient
    private let controller: String
    private let instance: String
    private let dropped: Counter
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let entries: AsyncStream<EventDraft>
    private let queue: AsyncStream<EventDraft>.Continuation

    /// Prepares a recorder.
    ///
    /// - Parameters:
    ///   - client: The API server.
    ///   - controller: Who says so, such as `martlet.dev/bgp-operator`.
    ///   - instance: Which of them, such as the pod's name.
    ///   - metrics: Counts events that could not be written, or were too many.
    ///   - logger: Hears of them.
    ///   - now: What tells the time.
    package init(
        client: KubeClient,
        controller: String,
        instance: String,
        metrics: any MetricsFactory = MetricsSystem.factory,
        logger: Logger = Logger(label: "martlet.events"),
        now: @escaping @Sendable () -> Timestamp = { Timestamp(Date()) }
    ) {
        self.client = client
        self.controller = controller
        self.instance = instance
        dropped = MetricDescription.eventsDropped.counter(in: metrics)
        self.logger = logger
        self.now = now
        (entries, queue) = AsyncStream.makeStream(of: EventDraft.self, bufferingPolicy: .bufferingNewest(1000))
    }

    /// Queues an event; the oldest of more than 1000 waiting are dropped.
    package func record(_ entry: EventDraft) {
        if case .dropped = queue.yield(entry) { dropped.increment() }
    }

    /// Writes queued events until cancelled or asked to shut down.
    package func run() async throws {
        // A server that does not answer must not hold up the end of the program.
        try await untilShutdown {
            var log = EventLog()
            var leftOut = 0
            for await entry in self.entries {
                let decision = log.decide(entry, at: self.now())
                if decision == .leaveOut {
                    leftOut += 1
                    self.dropped.increment()
                } else if leftOut > 0, decision != .skip {
                    self.logger.info(
                        "events were left out, there were too many",
                        metadata: [.eventsDropped: "\(leftOut)"]
                    )
                    leftOut = 0
                }
                do {
                    try await self.write(decision, entry)
                } catch let error as KubeError {
                    self.dropped.increment()
                    self.logger.warning(
                        "event not written",
                        metadata: [.reason: "\(entry.reason)", .error: "\(error)"]
                    )
                }
            }
        }
    }

    private func write(_ decision: EventLog.Decision, _ entry: EventDraft) async throws {
        let namespace = entry.regarding.namespace ?? "default"
        switch decision {
        case .skip, .leaveOut:
            return
        case .create(let name, let time):
            let event = Event(
                metadata: ObjectMeta(name: name, namespace: namespace),
                eventTime: MicroTimestamp(time),
                reportingController: controller,
                reportingInstance: String(instance.prefix(128)),
                action: entry.action,
                reason: entry.reason.rawValue,
                regarding: entry.regarding,
                note: entry.note,
                type: entry.level
            )
            try await client.create(event)
        case .count(let name, let count, let time):
            let series: JSONValue = [
                "series": ["count": .integer(Int64(count)), "lastObservedTime": .string(time.microTime)]
            ]
            let key = ObjectKey(namespace: namespace, name: name)
            _ = try await client.send(.patch(Event.type, key, .merge(series)))
        }
    }
}
