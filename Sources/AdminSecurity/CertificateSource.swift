package import AdminServer
import FoundationEssentials
import NIOSSL

/// Where the certificate of a server comes from.
package enum CertificateSource: Hashable, Sendable {
    /// Made when the server starts, signed by itself: what is sent is secret, and nothing proves who sends it.
    case selfSigned
    /// Files with PEM text, read again when they change.
    case files(chain: String, key: String)

    /// The certificate as it is now; throws `AdminSecurityFault` for files that cannot be used.
    package func certificate() throws -> AdminCertificate {
        switch self {
        case .selfSigned:
            return try .selfSigned()
        case .files(let chain, let key):
            let certificate = AdminCertificate(
                chain: try Self.text(of: chain, named: "--admin-certificate"),
                key: try Self.text(of: key, named: "--admin-key")
            )
            do {
                _ = try NIOSSLContext(configuration: try certificate.serverConfiguration())
            } catch {
                throw AdminSecurityFault(
                    "--admin-certificate \(chain), --admin-key \(key): expected PEM text of a certificate and of its key"
                )
            }
            return certificate
        }
    }

    private static func text(of path: String, named option: String) throws(AdminSecurityFault) -> String {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw AdminSecurityFault("\(option) \(path): expected a text file that can be read")
        }
        return text
    }
}

extension AdminCertificate {
    fileprivate func serverConfiguration() throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
        guard !certificates.isEmpty else { throw AdminSecurityFault("there is no certificate") }
        return TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
    }
}
