import KubeClient
import KubeModel

/// Services whose status the API server does not take, such as one that is too large already: they are tried again by
/// themselves, after growing pauses, so that nobody else waits for them.
struct RefusedWrites {
    private var refused: [ObjectKey: (failures: Int, next: ContinuousClock.Instant)] = [:]
    /// When the first of them is to be tried again; nil when there is none.
    private(set) var next: ContinuousClock.Instant?

    /// Takes note of a refusal: 2 s after the first, doubling up to 512 s.
    mutating func note(_ key: ObjectKey, at now: ContinuousClock.Instant) {
        let failures = min((refused[key]?.failures ?? 0) + 1, 9)
        let again = now.advanced(by: .seconds(1 << failures))
        refused[key] = (failures, again)
        next = min(next ?? again, again)
    }

    /// Takes note that a status was written, or that the Service is another or gone.
    mutating func forget(_ key: ObjectKey) { refused[key] = nil }

    /// Those that are to be tried again now.
    mutating func due(at now: ContinuousClock.Instant) -> [ObjectKey] {
        guard let next, next <= now else { return [] }
        self.next = refused.values.map(\.next).filter { $0 > now }.min()
        return refused.filter { $0.value.next <= now }.map(\.key)
    }
}

extension KubeError {
    /// Whether the server refuses a write for what is in the object, so that others can well be written.
    var isAboutObject: Bool {
        switch code {
        case .invalid, .badRequest, .refused, .forbidden: true
        // What etcd refuses for its size comes as an error of the server.
        case .serverError: message.contains("too large")
        case .unreachable, .timedOut, .configuration, .unauthorized, .notFound, .alreadyExists, .conflict, .expired,
            .tooManyRequests, .undecodable, .tooLong:
            false
        }
    }
}
