package import CoreMetrics

/// Counts and times what another transport carries.
struct MeasuredTransport: KubeTransport {
    private let base: any KubeTransport
    private let metrics: RequestMetrics

    init(_ base: any KubeTransport, _ metrics: any MetricsFactory) {
        self.base = base
        self.metrics = RequestMetrics(metrics)
    }

    var executor: (any TaskExecutor)? { base.executor }

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await measure(request, \KubeResponse.status) { try await base.send(request) }
    }

    func read(_ request: KubeRequest, take: @escaping @Sendable ([UInt8]) throws -> Void) async throws -> KubeResponse {
        try await measure(request, \KubeResponse.status) { try await base.read(request, take: take) }
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        try await measure(request, \KubeStream.status) { try await base.stream(request) }
    }

    func send(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async {
        await base.send(requests) { place, answer in
            // They wait for each other, so that the time says nothing of one.
            metrics.note(requests[place], status: try? answer.get().status, after: nil)
            return await take(place, answer)
        }
    }

    private func measure<Answer>(
        _ request: KubeRequest,
        _ status: (Answer) -> Int,
        _ exchange: () async throws -> Answer
    ) async throws -> Answer {
        let start = ContinuousClock.now
        do {
            let answer = try await exchange()
            metrics.note(request, status: status(answer), after: .now - start)
            return answer
        } catch {
            // What nobody waits for any more says nothing of the server.
            if !(error is CancellationError), !Task.isCancelled {
                metrics.note(request, status: nil, after: .now - start)
            }
            throw error
        }
    }
}

extension KubeClient {
    /// The same client, whose requests are counted and timed from now on.
    package func measured(by metrics: any MetricsFactory) -> KubeClient {
        KubeClient(transport: MeasuredTransport(transport, metrics), retry: retry)
    }
}
