import FoundationEssentials

/// The parts of a server's URL that a connection needs.
struct ServerAddress: Hashable, Sendable {
    let scheme: String
    let host: String
    let port: Int
    /// What stands before a request's target; its host is the name to expect in the certificate, if that is a name.
    let base: String
    /// What stands before a request's target, without scheme and host.
    let path: String
    /// Host and port as the server knows itself.
    let authority: String
    /// Whom the certificate has to be for.
    let identity: ServerIdentity
    /// The name that the connection is opened by in place of the host.
    let alias: String?

    /// Takes the server's URL apart; throws `KubeError` when it is none.
    init(_ endpoint: KubeEndpoint) throws {
        let text = endpoint.server.contains("://") ? endpoint.server : "https://" + endpoint.server
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host(percentEncoded: false), !host.isEmpty
        else {
            let place = endpoint.context.map { "context \"\($0)\": " } ?? ""
            throw KubeError(
                .configuration,
                "\(place)server: expected a URL such as https://host:6443, found \"\(endpoint.server)\""
            )
        }
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? (scheme == "https" ? 443 : 80)
        let shown = self.host.contains(":") ? "[\(self.host)]" : self.host
        authority = "\(shown):\(port)"
        var path = url.path(percentEncoded: true)
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
        identity = ServerIdentity(endpoint.tlsServerName ?? self.host)
        alias = endpoint.tlsServerName == nil ? nil : identity.hello
        base = "\(scheme)://\(alias ?? shown):\(port)\(path)"
    }

    /// The proxy on the way to the server, if there is one; throws `KubeError` for a URL that names none.
    func proxy(_ endpoint: KubeEndpoint, environment: [String: String]) throws -> ProxyAddress? {
        let text = ProxyRule.proxy(
            scheme: scheme,
            host: host,
            port: port,
            configured: endpoint.proxyURL,
            environment: environment
        )
        return try text.map { try ProxyAddress($0) }
    }
}
