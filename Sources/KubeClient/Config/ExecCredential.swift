import FoundationEssentials
package import KubeModel
import PlainText

/// What a credential plugin prints (client.authentication.k8s.io ExecCredential).
struct ExecCredential: Decodable {
    struct Status: Decodable {
        var expirationTimestamp: Timestamp?
        var token: String?
        var clientCertificateData: String?
        var clientKeyData: String?
    }

    var apiVersion: String?
    var kind: String?
    var status: Status?
}

/// What the client puts into a request to prove who it is.
package struct Identity: Hashable, Sendable {
    /// The value of the `Authorization` header.
    package var authorization: Redacted<String>?
    /// A certificate and its key as PEM text, from a credential plugin.
    package var certificate: Pair?

    /// A certificate and its key.
    package struct Pair: Hashable, Sendable {
        /// PEM text of the certificate chain.
        package var certificate: String
        /// PEM text of the key.
        package var key: Redacted<String>
    }
}
