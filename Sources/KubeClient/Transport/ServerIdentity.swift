import BGPTypes
import NIOCore
import NIOSSL

/// Whom a server's certificate has to be for: the name or the address that the client was told, and not where that led.
///
/// The TLS library by itself also takes a certificate for the address that a name led to, and one that has a name as its
/// subject alone. With either, whoever can lead a name elsewhere needs no certificate for it.
enum ServerIdentity: Hashable, Sendable {
    /// A DNS name, in lower case and without a dot at its end.
    case name(String)
    case address(IPAddress)

    /// Takes a host as a URL or `tls-server-name` has it; a zone is not part of an address.
    init(_ host: String) {
        if let address = IPAddress(String(host.prefix { $0 != "%" })) {
            self = .address(address)
        } else {
            let name = host.lowercased()
            self = .name(name.hasSuffix(".") ? String(name.dropLast()) : name)
        }
    }

    /// The name that the handshake may tell the server; an address is none (RFC 6066 §3).
    var hello: String? {
        if case .name(let name) = self { name } else { nil }
    }

    /// Whether one of the alternative names of a certificate is this one (RFC 9525 §6).
    func isNamed(by certificate: NIOSSLCertificate) -> Bool {
        certificate._subjectAlternativeNames().contains { alternative in
            switch (self, alternative.nameType) {
            case (.name(let name), .dnsName): Self.matches(name, pattern: Array(alternative.contents))
            case (.address(let address), .ipAddress): address.octets == Array(alternative.contents)
            default: false
            }
        }
    }

    /// Whether a name is the one that a certificate has, whose first label may be an asterisk for any one label.
    static func matches(_ name: String, pattern: [UInt8]) -> Bool {
        guard let text = String(validating: pattern, as: UTF8.self), !name.isEmpty else { return false }
        let wanted = name.split(separator: ".", omittingEmptySubsequences: false)
        var named = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        if named.last == "" { named.removeLast() }
        guard wanted.count == named.count, wanted.allSatisfy({ !$0.isEmpty }) else { return false }
        if named.first == "*", named.count > 1 { return wanted.dropFirst() == named.dropFirst() }
        return wanted == named
    }

    /// Looks at the certificate of a connection whose handshake is over, and closes the connection unless it is for this name.
    func confirm(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            guard let certificate, isNamed(by: certificate) else { throw NIOSSLExtraError.failedToValidateHostname }
        }
        .flatMapErrorThrowing { error in
            // Whoever waits for the connection hears of the failure before they hear of its end.
            channel.eventLoop.execute { channel.close(promise: nil) }
            throw error
        }
    }
}

extension IPAddress {
    /// The octets in network order.
    fileprivate var octets: [UInt8] {
        switch self {
        case .v4(let address):
            let (a, b, c, d) = address.octets
            return [a, b, c, d]
        case .v6(let address):
            return address.groups.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
    }
}
