import ServiceLifecycle

/// Does a service's work until it is done, or until a graceful shutdown, which cancels the work and is a normal end.
///
/// `cancelWhenGracefulShutdown` alone would let the `CancellationError` of an interrupted sleep out of `run()`, and the
/// group would take that for a failure and cut the other services' shutdown short.
package func untilShutdown(_ work: @Sendable @escaping () async throws -> Void) async throws {
    do {
        try await cancelWhenGracefulShutdown(work)
    } catch is CancellationError where !Task.isCancelled {
        return
    }
}
