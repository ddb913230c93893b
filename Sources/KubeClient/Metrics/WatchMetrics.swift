import CoreMetrics
import PlainMetrics
import Synchronization

/// Counts how one resource is followed.
final class WatchMetrics: Sendable {
    /// What was asked of the server.
    enum Request {
        case list
        case watch
    }

    /// Why a watch is begun anew.
    enum End: String, CaseIterable {
        /// The server ended it, as it does when its time is out.
        case closed
        /// The version that it began with is too old.
        case expired
        /// It broke, fell silent or was refused.
        case error
    }

    /// What there is once the server is known to have the resource.
    private struct Handles {
        let connected: Meter
        let restarts: [End: Counter]
    }

    private let resource: String
    private let factory: any MetricsFactory
    private let handles = Mutex<Handles?>(nil)

    init(resource: String, _ factory: any MetricsFactory) {
        self.resource = resource
        self.factory = factory
    }

    private var present: Handles {
        handles.withLock { handles in
            if let handles { return handles }
            let new = Handles(
                connected: MetricDescription.watchConnected.meter([resource], in: factory),
                restarts: Dictionary(
                    uniqueKeysWithValues: End.allCases.map {
                        ($0, MetricDescription.watchRestarts.counter([resource, $0.rawValue], in: factory))
                    }
                )
            )
            handles = new
            return new
        }
    }

    /// Notes that a watch is open.
    func opened() { present.connected.increment() }

    /// Notes that a watch that was open is so no longer.
    func closed() { present.connected.decrement() }

    /// Counts the end of a watch, open or not.
    func ended(_ end: End) { present.restarts[end]?.increment() }

    /// Counts a list or watch that failed; the reasons are few, whatever servers say.
    func failed(_ request: Request, _ reason: KubeError.Code?) {
        _ = present
        let reason = reason?.rawValue ?? "other"
        let metric = request == .list ? MetricDescription.listFailures : .watchFailures
        metric.counter([resource, reason.prefix(1).uppercased() + reason.dropFirst()], in: factory).increment()
    }

    /// Counts that all is listed anew since what was followed may not be the server's past.
    func doubted(_ doubt: WatchStateMachine.Doubt) {
        MetricDescription.watchDoubts.counter([resource, doubt.rawValue], in: factory).increment()
    }

    /// Notes that there is nothing to be watched, or that nobody watches any more.
    func gone() {
        handles.withLock { handles in
            handles?.connected.destroy()
            handles?.restarts.values.forEach { $0.destroy() }
            handles = nil
        }
    }
}
