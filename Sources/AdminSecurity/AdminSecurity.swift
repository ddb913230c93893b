package import AdminServer
import BGPTypes

/// How the pages of a program are guarded where they are served.
package enum AdminSecurity: Hashable, Sendable {
    /// Without TLS, for whoever reaches the port.
    case open
    /// With TLS, for those whom the API server knows and lets read.
    case reviewed(CertificateSource)

    /// Decides for an address and what the command line says of it.
    ///
    /// What only this machine reaches is open unless a certificate was named. Everywhere else it is open on request alone.
    ///
    /// - Parameters:
    ///   - address: Where the pages are served.
    ///   - isPlain: `--admin-plain`.
    ///   - certificate: `--admin-certificate`, a file with PEM text.
    ///   - key: `--admin-key`, a file with PEM text.
    ///   - hasServer: Whether there is an API server to ask.
    /// - Throws: What cannot be had together, in a sentence for the command line.
    package init(
        for address: ListenAddress,
        isPlain: Bool,
        certificate: String?,
        key: String?,
        hasServer: Bool
    ) throws(AdminSecurityFault) {
        let files: CertificateSource?
        switch (certificate, key) {
        case (let certificate?, let key?): files = .files(chain: certificate, key: key)
        case (nil, nil): files = nil
        default: throw AdminSecurityFault("--admin-certificate and --admin-key: expected both or neither")
        }
        if isPlain {
            guard files == nil else {
                throw AdminSecurityFault("--admin-plain serves without TLS, so --admin-certificate cannot go with it")
            }
            self = .open
        } else if let files {
            guard hasServer else {
                throw AdminSecurityFault(
                    "--admin-certificate: there is no API server that says who may read; without one, pages are "
                        + "served on loopback, or with --admin-plain where the port is fenced"
                )
            }
            self = .reviewed(files)
        } else if address.isLoopback {
            self = .open
        } else {
            guard hasServer else {
                throw AdminSecurityFault(
                    "--admin-address \(address): others reach it, and there is no API server that says who may read; "
                        + "name an address on loopback, or add --admin-plain where the port is fenced"
                )
            }
            self = .reviewed(.selfSigned)
        }
    }
}

/// Options of the admin address that cannot be had, or files of theirs that cannot be used.
package struct AdminSecurityFault: Error, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right, in a sentence.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension ListenAddress {
    /// Whether only programs on this machine reach it.
    var isLoopback: Bool { IPAddress(host)?.isLoopback ?? (host == "localhost") }
}
