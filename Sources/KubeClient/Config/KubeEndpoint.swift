package import KubeModel

/// A server and how to be let in: what a kubeconfig or a pod's environment comes down to.
package struct KubeEndpoint: Hashable, Sendable {
    /// A file's content, or where to read it again and again.
    package enum Material: Hashable, Sendable {
        /// PEM text that stood in the kubeconfig.
        case inline(Redacted<String>)
        /// A file with PEM text.
        case file(String)
    }

    /// How the client proves who it is.
    package enum Credential: Hashable, Sendable {
        /// Not at all, or by certificate alone.
        case none
        /// A bearer token.
        case token(Redacted<String>)
        /// A file with a bearer token that is replaced from time to time.
        case tokenFile(String)
        /// HTTP basic authentication.
        case basic(username: String, password: Redacted<String>)
        /// A program that hands out tokens or certificates, run in the directory of the kubeconfig.
        case exec(ExecPlugin, directory: String)
    }

    /// Whom the client wants to be taken for.
    package struct Impersonation: Hashable, Sendable {
        package var user: String
        package var groups: [String]
        package var uid: String?
    }

    /// The server's URL, without a slash at its end.
    package var server: String
    /// The certificate authority; nil means the system's.
    package var certificateAuthority: Material?
    /// The name to expect in the server's certificate.
    package var tlsServerName: String?
    /// Whether the server's certificate is not looked at.
    package var insecureSkipTLSVerify = false
    /// The proxy from the kubeconfig.
    package var proxyURL: String?
    /// The client's certificate.
    package var clientCertificate: Material?
    /// The client's key.
    package var clientKey: Material?
    /// How the client proves who it is besides its certificate.
    package var credential = Credential.none
    /// Whom it wants to be taken for.
    package var impersonation: Impersonation?
    /// The namespace to use when none is given.
    package var namespace = "default"
    /// The context it came from; nil in a pod.
    package var context: String?

    /// Whether what is sent to the server is hidden from those on the way; a server without a scheme is asked over TLS.
    ///
    /// Only such a server is shown a credential, as by kubectl (client-go, `IsConfigTransportTLS`).
    package var isSecured: Bool { !server.contains("://") || server.lowercased().hasPrefix("https://") }

    /// Names a server.
    package init(server: String) {
        var server = server
        while server.hasSuffix("/") { server.removeLast() }
        self.server = server
    }
}
