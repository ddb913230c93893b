import AsyncHTTPClient
import FoundationEssentials

/// Where a proxy is, and how it is asked.
struct ProxyAddress: Hashable, Sendable {
    /// What the proxy speaks.
    enum Kind: Hashable, Sendable {
        case http
        case socks5
    }

    let kind: Kind
    let host: String
    let port: Int
    /// The value of `Proxy-Authorization`, as the URL's user and password ask for it.
    let authorization: HTTPClient.Authorization?

    /// Takes a proxy's URL apart, as a kubeconfig or the environment has it; throws `KubeError` when it is none.
    init(_ text: String) throws {
        let full = text.contains("://") ? text : "http://" + text
        guard let url = URL(string: full), let host = url.host(percentEncoded: false) else {
            throw KubeError(.configuration, "proxy: expected a URL such as http://host:3128, found \"\(text)\"")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        switch url.scheme {
        case "socks5", "socks5h":
            kind = .socks5
            port = url.port ?? 1080
            authorization = nil
        case "http":
            kind = .http
            port = url.port ?? 80
            authorization = url.user(percentEncoded: false).map { user in
                .basic(username: user, password: url.password(percentEncoded: false) ?? "")
            }
        default:
            throw KubeError(.configuration, "proxy: expected scheme http or socks5, found \"\(text)\"")
        }
    }

    /// The proxy as one that is asked to connect to the server.
    var configuration: HTTPClient.Configuration.Proxy {
        switch kind {
        case .http: .server(host: host, port: port, authorization: authorization)
        case .socks5: .socksServer(host: host, port: port)
        }
    }
}
