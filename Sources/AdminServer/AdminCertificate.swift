package import NIOSSL

/// What the server shows its clients that it is.
package struct AdminCertificate: Hashable, Sendable {
    /// The certificate and those between it and its authority, in PEM.
    package let chain: String
    /// The private key, in PEM.
    package let key: String

    /// Joins the two.
    package init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }

    /// What TLS on a listener needs; throws what is wrong with the texts.
    package func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
