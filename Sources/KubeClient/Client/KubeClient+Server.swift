/// What the server says about itself (`GET /version`).
package struct ServerVersion: Hashable, Sendable, Codable {
    /// Such as `1`.
    package var major: String
    /// Such as `34`, sometimes with a `+`.
    package var minor: String
    /// Such as `v1.34.1`.
    package var gitVersion: String
}

extension KubeClient {
    /// Asks for the server's version.
    package func serverVersion() async throws -> ServerVersion {
        try await send(KubeRequest(.get, "/version"), as: ServerVersion.self)
    }

    /// Reads from a pod's HTTP port through the API server.
    ///
    /// - Parameters:
    ///   - namespace: The pod's namespace.
    ///   - pod: The pod's name.
    ///   - port: Number or name of the port.
    ///   - isSecured: Whether the pod speaks TLS there.
    ///   - path: The path on the pod.
    ///   - query: The query on the pod.
    ///   - headers: Header fields for the pod.
    ///   - timeout: How long to wait; a node that is down answers nothing.
    /// - Returns: The pod's answer if its status is 200 to 299.
    /// - Throws: `KubeError`, also for the pod's own refusals.
    package func podProxy(
        namespace: String,
        pod: String,
        port: String,
        isSecured: Bool = false,
        path: String,
        query: [KubeRequest.Field] = [],
        headers: [KubeRequest.Field] = [],
        timeout: Duration = .seconds(10)
    ) async throws -> KubeResponse {
        var request = KubeRequest.podProxy(
            namespace: namespace,
            pod: pod,
            port: port,
            isSecured: isSecured,
            path: path,
            query: query,
            headers: headers
        )
        request.timeout = timeout
        // Twice what the largest page of a speaker has, since many are asked at a time.
        request.longestAnswer = 96 << 20
        let response = try await transport.send(request)
        guard (200..<300).contains(response.status) else { throw KubeError(response) }
        return response
    }
}
