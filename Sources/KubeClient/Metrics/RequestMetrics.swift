import CoreMetrics
import KubeModel
import PlainMetrics
import Synchronization

/// Counts and times requests by what they ask for and how they are answered.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let subject: RequestSubject
        let code: String
    }

    private struct Handles {
        let count: Counter
        let duration: Recorder
    }

    private let factory: any MetricsFactory
    private let handles = Mutex<[Key: Handles]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
    }

    /// Counts an answer, nil for none, and how long it took if that is known.
    func note(_ request: KubeRequest, status: Int?, after duration: Duration?) {
        let key = Key(subject: RequestSubject(request), code: status.map { String($0) } ?? "error")
        let handles = handles.withLock { handles in
            if let known = handles[key] { return known }
            let (verb, resource) = (key.subject.verb, key.subject.resource)
            let new = Handles(
                count: MetricDescription.apiRequests.counter([verb, resource, key.code], in: factory),
                duration: MetricDescription.apiRequestDuration.histogram([verb, resource, key.code], in: factory)
            )
            handles[key] = new
            return new
        }
        handles.count.increment()
        if let duration { handles.duration.record(duration / .seconds(1)) }
    }
}

/// What a request asks for, in words of which there are few.
struct RequestSubject: Hashable, Sendable {
    /// As in rules of rights: get, list, watch, create, update, patch or delete.
    let verb: String
    /// The plural, with a subresource behind a slash, such as `services/status`; `none` for what is no resource.
    let resource: String

    /// Reads it from method, path and query.
    init(_ request: KubeRequest) {
        var parts = request.path.split(separator: "/")[...]
        // /api/VERSION/… and /apis/GROUP/VERSION/…
        switch parts.first {
        case "api": parts = parts.dropFirst(2)
        case "apis": parts = parts.dropFirst(3)
        default: parts = []
        }
        if parts.first == "namespaces", parts.count > 2 { parts = parts.dropFirst(2) }
        let (plural, name, subresource) = (parts.first, parts.dropFirst().first, parts.dropFirst(2).first)
        resource = plural.map { plural in subresource.map { "\(plural)/\($0)" } ?? String(plural) } ?? "none"
        verb =
            switch request.method {
            case .get where request.query.contains { $0.name == "watch" }: "watch"
            case .get where name == nil && plural != nil: "list"
            case .get: "get"
            case .post: "create"
            case .put: "update"
            case .patch: "patch"
            case .delete: "delete"
            }
    }
}
