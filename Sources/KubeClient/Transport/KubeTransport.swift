import FoundationEssentials

/// Carries requests to an API server: over HTTP in the programs, in memory in tests.
///
/// A transport authenticates, and throws `KubeError` when there is no answer; every answer of the server, good or bad,
/// is returned. Cancelling the task ends the exchange.
package protocol KubeTransport: Sendable {
    /// Sends a request and collects the answer.
    func send(_ request: KubeRequest) async throws -> KubeResponse

    /// Sends a request and hands over the body of a good answer piece by piece, which the returned answer then lacks.
    ///
    /// What `take` throws ends the exchange and is thrown on.
    func read(_ request: KubeRequest, take: @escaping @Sendable ([UInt8]) throws -> Void) async throws -> KubeResponse

    /// Sends a request and returns once the header of the answer is there.
    func stream(_ request: KubeRequest) async throws -> KubeStream

    /// Sends requests of which none depends on another, and hands over each answer, with the place of its request, as it comes;
    /// ends early when `take` returns false.
    func send(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async

    /// Where tasks run best that do little else than send requests; nil is anywhere.
    var executor: (any TaskExecutor)? { get }
}

extension KubeTransport {
    /// Anywhere.
    package var executor: (any TaskExecutor)? { nil }

    /// All of the body in one piece.
    package func read(
        _ request: KubeRequest,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> KubeResponse {
        var response = try await send(request)
        guard (200..<300).contains(response.status) else { return response }
        try take(Array(response.body))
        response.body = Data()
        return response
    }

    /// Some at a time, each by itself.
    package func send(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async {
        await sendEach(requests, take: take)
    }

    /// Sends some at a time, each by itself.
    func sendEach(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async {
        await withTaskGroup(of: (Int, Result<KubeResponse, any Error>).self) { group in
            var next = 0
            var isWanted = true
            func start(_ group: inout TaskGroup<(Int, Result<KubeResponse, any Error>)>) {
                guard isWanted, next < requests.count else { return }
                let place = next
                next += 1
                group.addTask {
                    do {
                        return (place, .success(try await send(requests[place])))
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            // As many as an API server takes from one client without a thought, and enough to keep it busy.
            for _ in 0..<16 { start(&group) }
            while let (place, answer) = await group.next() {
                // What is under way is waited for, so that nothing that was written goes unnoticed.
                isWanted = await take(place, answer) && isWanted
                start(&group)
            }
        }
    }
}
