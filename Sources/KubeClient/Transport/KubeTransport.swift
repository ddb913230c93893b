/// Carries requests to an API server: over HTTP in the programs, in memory in tests.
///
/// A transport authenticates, and throws `KubeError` when there is no answer; every answer of the server, good or bad,
/// is returned. Cancelling the task ends the exchange.
package protocol KubeTransport: Sendable {
    /// Sends a request and collects the answer.
    func send(_ request: KubeRequest) async throws -> KubeResponse

    /// Sends a request and returns once the header of the answer is there.
    func stream(_ request: KubeRequest) async throws -> KubeStream
}
