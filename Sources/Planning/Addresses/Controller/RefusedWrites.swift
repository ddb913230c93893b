import KubeModel
import Pacing

/// Services whose status the API server does not take, such as one that is too large already: they are tried again by
/// themselves, after growing pauses, so that nobody else waits for them.
struct RefusedWrites: Sendable {
    private static let pauses = Backoff(first: .seconds(2), longest: .seconds(512), jitter: 0)

    private var refused: [ObjectKey: (failures: Int, next: Duration)] = [:]
    /// When the first of them is to be tried again; nil when there is none.
    private(set) var next: Duration?

    mutating func note(_ key: ObjectKey, at now: Duration) {
        let failures = (refused[key]?.failures ?? 0) + 1
        let again = now + Self.pauses.limit(after: failures)
        refused[key] = (failures, again)
        next = min(next ?? again, again)
    }

    /// Takes note that a status was written, or that the Service is another or gone.
    mutating func forget(_ key: ObjectKey) { refused[key] = nil }

    /// Those that are to be tried again now.
    mutating func due(at now: Duration) -> [ObjectKey] {
        guard let next, next <= now else { return [] }
        self.next = refused.values.map(\.next).filter { $0 > now }.min()
        return refused.filter { $0.value.next <= now }.map(\.key)
    }
}
