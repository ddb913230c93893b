import BGPTypes

/// Which proxy leads to a server: the kubeconfig's, else the environment's (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
package enum ProxyRule {
    /// The proxy's URL, or nil to connect directly.
    ///
    /// - Parameters:
    ///   - scheme: `https` or `http`.
    ///   - host: The server's host.
    ///   - port: The server's port.
    ///   - configured: `proxy-url` of the kubeconfig, which `NO_PROXY` does not touch, as in client-go.
    ///   - environment: The process's environment.
    /// - Returns: The URL as written there.
    package static func proxy(
        scheme: String,
        host: String,
        port: Int,
        configured: String?,
        environment: [String: String]
    ) -> String? {
        if let configured { return configured }
        let name = scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY"
        guard let proxy = environment[name] ?? environment[name.lowercased()], !proxy.isEmpty else { return nil }
        let list = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
        return isExcluded(host: host.lowercased(), port: port, list: list) ? nil : proxy
    }

    private static func isExcluded(host: String, port: Int, list: String) -> Bool {
        let address = IPAddress(host)
        if host == "localhost" || address?.isLoopback == true { return true }
        for part in list.split(separator: ",") {
            var entry = part.filter { !$0.isWhitespace }.lowercased()
            if entry == "*" { return true }
            if entry.hasSuffix(":\(port)") { entry.removeLast("\(port)".count + 1) }
            if let address {
                if IPAddress(entry) == address || IPPrefix(entry)?.contains(address) == true { return true }
                continue
            }
            if entry.hasPrefix("*.") { entry.removeFirst() }
            if entry.hasPrefix(".") ? host.hasSuffix(entry) : host == entry || host.hasSuffix("." + entry) {
                return true
            }
        }
        return false
    }
}
