import KubeClient

/// Clusters as flags, kubeconfig files and a pod's service account name them.
package struct KubernetesConnector: ClusterConnector {
    private let console: Console

    /// Makes a connector that says what it has to say on this console.
    package init(console: Console) {
        self.console = console
    }

    package func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (Cluster) async throws -> Result
    ) async throws -> Result {
        let timeout = try options.requestTimeout.map(RequestTimeout.init)
        var endpoint = try KubeEndpoint.discover(options.kubeConfigOptions, environment: console.environment)
        if let path = options.clientCertificate { endpoint.clientCertificate = .file(path) }
        if let path = options.clientKey { endpoint.clientKey = .file(path) }
        let connection = try KubeConnection(
            endpoint,
            program: "kubectl-bgp/\(VersionCommand.programVersion)",
            environment: console.environment,
            pluginTimeout: timeout.map(\.duration) ?? Authenticator.pluginPatience,
            logger: console.logger
        )
        var client = connection.client
        if let timeout { client = KubeClient(transport: TimedTransport(base: client.transport, timeout: timeout)) }
        do {
            let result = try await work(Cluster(client: client, defaultNamespace: endpoint.namespace))
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    package func contextNames(_ options: ConnectionOptions) -> [String] {
        let files: [String]
        if let file = options.kubeconfig {
            files = [file]
        } else {
            let named = console.environment["KUBECONFIG", default: ""].split(separator: ":").map(String.init)
            files = named.isEmpty ? [console.environment["HOME", default: ""] + "/.kube/config"] : named
        }
        return (try? KubeConfig(files: files, mustExist: false))?.contextNames ?? []
    }
}

extension ConnectionOptions {
    /// The flags that decide which server is asked and as whom.
    fileprivate var kubeConfigOptions: KubeConfigOptions {
        KubeConfigOptions(
            kubeconfig: kubeconfig,
            context: context,
            cluster: cluster,
            user: user,
            server: server,
            token: token,
            impersonate: impersonatedUser,
            impersonateGroups: impersonatedGroups,
            impersonateUID: impersonatedUID,
            certificateAuthority: certificateAuthority,
            insecureSkipTLSVerify: insecureSkipTLSVerify,
            tlsServerName: tlsServerName
        )
    }
}

/// Gives every request the time that `--request-timeout` allows; of a stream that is the time to the beginning of its answer.
private struct TimedTransport: KubeTransport {
    let base: any KubeTransport
    let timeout: RequestTimeout

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        var request = request
        request.timeout = timeout.duration
        return try await base.send(request)
    }

    func read(
        _ request: KubeRequest,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> KubeResponse {
        var request = request
        request.timeout = timeout.duration
        return try await base.read(request, take: take)
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        var request = request
        request.timeout = timeout.duration
        return try await base.stream(request)
    }
}
