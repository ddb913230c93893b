import KubeClient

/// Lets a test answer every single request itself, with or without asking the server.
struct AnsweringTransport: KubeTransport {
    let inner: any KubeTransport
    let answer: TestCluster.Answering

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await answer(request) { try await inner.send(request) }
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        try await inner.stream(request)
    }
}
