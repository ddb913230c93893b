import KubeModel
import NIOSSL

extension KubeEndpoint {
    /// How the connection is secured; throws `KubeError` for certificates and keys that cannot be read.
    ///
    /// It leaves out whom the certificate is for, which `ServerIdentity` looks at.
    func tlsConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if insecureSkipTLSVerify {
            configuration.certificateVerification = .none
        } else {
            configuration.certificateVerification = .noHostnameVerification
        }
        if !insecureSkipTLSVerify, let certificateAuthority {
            let text = try certificateAuthority.read()
            configuration.trustRoots = .certificates(try Self.certificates(text, certificateAuthority, "authority"))
        }
        if let clientCertificate, let clientKey {
            let pair = Identity.Pair(certificate: try clientCertificate.read(), key: Redacted(try clientKey.read()))
            configuration = try configuration.with(pair)
        }
        return configuration
    }

    private static func certificates(
        _ text: String,
        _ material: Material,
        _ what: String
    ) throws -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
        } catch {
            let place = if case .file(let path) = material { "\(path): " } else { "" }
            throw KubeError(.configuration, "\(place)the certificate \(what) is not PEM text of certificates")
        }
    }
}

extension TLSConfiguration {
    /// The configuration with a client certificate and its key.
    func with(_ pair: Identity.Pair) throws -> TLSConfiguration {
        var configuration = self
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(pair.key.value.utf8), format: .pem)
            )
        } catch {
            throw KubeError(.configuration, "the client's certificate or key is not PEM text that can be used")
        }
        return configuration
    }
}
