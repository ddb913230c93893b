import CoreMetrics
import Metrics

/// Counts what goes wrong while a kind is followed.
struct FollowMetrics {
    /// What was asked of the server.
    enum Request: String {
        case list
        case watch
    }

    let kind: String
    let factory: any MetricsFactory

    /// Counts a list or watch that failed; the reasons are few, whatever servers say.
    func failed(_ request: Request, _ reason: KubeError.Code?) {
        let reason = reason?.rawValue ?? "other"
        Counter(
            label: "kube_\(request.rawValue)_failures_total",
            dimensions: [("kind", kind), ("reason", reason.prefix(1).uppercased() + reason.dropFirst())],
            factory: factory
        ).increment()
    }
}
