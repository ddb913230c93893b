import BGPEngine
import Glibc
import NIOCore

/// Sets options of sockets; a test puts a kernel that refuses in the kernel's place.
package struct SocketOptions: Sendable {
    /// An option, by the name that people are told.
    package enum Option: String, Hashable, Sendable {
        case noDelay = "TCP_NODELAY"
        case userTimeout = "the user timeout"
        case ttl = "the TTL"
        case lowestTTL = "TTL security"
        case arrivalTTL = "the report of a connection's TTL"
        case sourceInterface = "the source interface"
        case signature = "TCP MD5"
    }

    /// What a socket is for.
    package enum Use: Hashable, Sendable {
        case listening, accepted, dialled
    }

    private let refusal: @Sendable (Option, Use) -> Int32?

    /// What the kernel does.
    package static let kernel = SocketOptions { _, _ in nil }

    /// Asks before each option with which number of an error it is refused; the kernel is asked when that is `nil`.
    package init(refusal: @escaping @Sendable (Option, Use) -> Int32?) {
        self.refusal = refusal
    }

    /// Sets an option; fails with a `SocketOptionError`.
    func set<Value: Sendable>(
        _ option: Option,
        on channel: any Channel,
        for use: Use,
        level: CInt,
        name: CInt,
        value: Value
    ) -> EventLoopFuture<Void> {
        if let code = refusal(option, use) {
            let error = IOError(errnoCode: code, reason: "setsockopt")
            return channel.eventLoop.makeFailedFuture(SocketOptionError(option: option.rawValue, underlying: error))
        }
        guard let provider = channel as? any SocketOptionProvider else {
            let error = ChannelError.operationUnsupported
            return channel.eventLoop.makeFailedFuture(SocketOptionError(option: option.rawValue, underlying: error))
        }
        // The only place where the kernel's word for an option's type is taken on trust: each value has the size that its
        // option asks for.
        return provider.unsafeSetSocketOption(
            level: SocketOptionLevel(level),
            name: SocketOptionName(name),
            value: value
        )
        .flatMapErrorThrowing { throw SocketOptionError(option: option.rawValue, underlying: $0) }
    }
}

/// A socket option could not be set; carries its name for people.
struct SocketOptionError: Error {
    /// The option in words, such as `TCP MD5`.
    let option: String
    /// The system's error.
    let underlying: any Error

    /// What that means for connections that a peer opens.
    var admissionFailure: AdmissionFailure {
        let isFull = (underlying as? IOError)?.errnoCode == ENOMEM && option == SocketOptions.Option.signature.rawValue
        return isFull ? .noRoomForKeys : .optionRefused(option)
    }
}
