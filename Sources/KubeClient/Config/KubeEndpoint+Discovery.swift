import FoundationEssentials
import KubeModel

extension KubeEndpoint {
    /// Where a pod finds its service account (Kubernetes, "Accessing the API from a Pod").
    package static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Finds the server as kubectl does.
    ///
    /// `--kubeconfig` is the only file if given; else the files of `KUBECONFIG`, else `~/.kube/config`. When those say
    /// nothing and the process runs in a pod, its service account is used. Throws `KubeError`.
    package static func discover(
        _ options: KubeConfigOptions = KubeConfigOptions(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        serviceAccount: String = serviceAccountDirectory
    ) throws -> KubeEndpoint {
        let config: KubeConfig
        if let file = options.kubeconfig, !file.isEmpty {
            config = try KubeConfig(files: [file], mustExist: true)
        } else {
            config = try KubeConfig(files: files(environment), mustExist: false)
            if config.isEmpty, options.server == nil {
                return try inCluster(options, environment: environment, serviceAccount: serviceAccount)
            }
        }
        return try config.endpoint(options)
    }

    private static func files(_ environment: [String: String]) -> [String] {
        let named = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        guard named.isEmpty else { return named }
        return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
    }

    /// The server of the cluster that this pod runs in; throws `KubeError` outside of a pod.
    package static func inCluster(
        _ options: KubeConfigOptions = KubeConfigOptions(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        serviceAccount: String = serviceAccountDirectory
    ) throws -> KubeEndpoint {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
            !host.isEmpty, !port.isEmpty
        else {
            let files = files(environment).joined(separator: ":")
            throw KubeError(
                .configuration,
                "no cluster is configured: \(files.isEmpty ? "no kubeconfig" : files) holds none, and this is no pod"
            )
        }
        var endpoint = KubeEndpoint(server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        endpoint.certificateAuthority = .file("\(serviceAccount)/ca.crt")
        endpoint.credential = .tokenFile("\(serviceAccount)/token")
        if let text = try? BoundedFile.setting("\(serviceAccount)/namespace") {
            let name = text.filter { !$0.isWhitespace }
            if !name.isEmpty { endpoint.namespace = name }
        }
        endpoint.apply(options)
        return endpoint
    }
}
