import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why there is no connection, in a few words for a person.
struct ConnectionFault {
    /// The words, without the server's name.
    let words: String

    /// Reads what the network's layers throw.
    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError: words = Self.words(error)
        case let error as IOError: words = Self.words(errno: error.errnoCode)
        case let error as SocketAddressError.UnknownHost: words = "no such host \"\(error.host)\""
        case let error as NIOSSLError: words = Self.words(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            words = "its certificate is for another name; tls-server-name says which name to expect"
        case let error as BoringSSLError: words = Self.words(error)
        case let error as HTTPClientError: words = Self.words(error)
        case let error as ChannelError where error == .eof || error == .ioOnClosedChannel:
            words = "it closed the connection"
        default: words = String("\(error)".map { $0.isNewline ? " " : $0 })
        }
    }

    private static func words(_ error: NIOConnectionError) -> String {
        // Of the several addresses of a name the last one's failure is as good as any.
        if let failure = error.connectionErrors.last { return ConnectionFault(failure.error).words }
        return "no such host \"\(error.host)\""
    }

    private static func words(errno code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "it closed the connection"
        case ETIMEDOUT: "connection timed out"
        case EHOSTUNREACH: "no route to host"
        case ENETUNREACH: "network is unreachable"
        default: strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }

    private static func words(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let cause): words(cause)
        case .unableToValidateCertificate, .noCertificateToValidate: unknownAuthority
        case .uncleanShutdown: "it closed the connection"
        default: "TLS failed: \(error)"
        }
    }

    private static func words(_ error: BoringSSLError) -> String {
        let text = "\(error)"
        let known = [
            ("CERTIFICATE_VERIFY_FAILED", unknownAuthority),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS; is it http:// instead of https://?"),
            ("HTTP_REQUEST", "it does not speak TLS; is it http:// instead of https://?"),
            ("CERTIFICATE_REQUIRED", "it wants a client certificate, and the kubeconfig has none for it"),
            ("HANDSHAKE_FAILURE", "it refused the TLS handshake; a client certificate may be missing"),
            ("UNKNOWN_CA", "it does not accept the client certificate"),
            ("BAD_CERTIFICATE", "it does not accept the client certificate"),
            ("EOF during handshake", "it closed the connection during the TLS handshake"),
        ]
        return known.first { text.contains($0.0) }?.1 ?? "TLS failed: \(text)"
    }

    private static func words(_ error: HTTPClientError) -> String {
        switch error {
        case .remoteConnectionClosed: "it closed the connection"
        case .proxyAuthenticationRequired: "the proxy asks for a user and a password"
        case .connectTimeout: "no connection within 10 seconds"
        case .deadlineExceeded: "no answer within the request's time"
        default: error.shortDescription
        }
    }

    private static let unknownAuthority =
        "its certificate is not signed by an authority that the kubeconfig (certificate-authority) or the system trusts"
}
