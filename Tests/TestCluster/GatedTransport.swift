import KubeClient

/// Lets a test look at, change, hold or refuse every request before it is sent.
struct GatedTransport: KubeTransport {
    let inner: any KubeTransport
    let gate: @Sendable (KubeRequest) async throws -> KubeRequest

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await inner.send(try await gate(request))
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        try await inner.stream(try await gate(request))
    }
}
