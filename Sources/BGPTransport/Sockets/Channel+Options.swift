import Addressing
import BGPEngine
import CLinuxSockets
import Glibc
import NIOCore

/// A socket option could not be set; carries its name for people.
struct SocketOptionError: Error {
    /// The option in words, such as `TCP MD5`.
    let option: String
    /// The system's error.
    let underlying: any Error
}

extension Channel {
    /// Sets what the configuration asks of a connection with the peer, before or after it is connected.
    ///
    /// On a connection to be dialled this runs between socket(2) and connect(2), so the SYN already has TTL and signature.
    func applyOptions(of peer: PeerConfiguration, dialling: Bool) -> EventLoopFuture<Void> {
        var settings: [EventLoopFuture<Void>] = [
            set("TCP_NODELAY", level: CInt(IPPROTO_TCP), name: TCP_NODELAY, value: CInt(1))
        ]
        settings.append(setUserTimeout(Self.handshakeTimeout))
        let family = peer.remote.address.family
        if let ttl = peer.outgoingTTL { settings.append(setTTL(ttl, family: family)) }
        if let lowest = peer.lowestIncomingTTL { settings.append(setLowestTTL(lowest, family: family)) }
        if let interface = peer.sourceInterface {
            let name = martlet_make_interface_name(interface)
            settings.append(set("the source interface", level: SOL_SOCKET, name: SO_BINDTODEVICE, value: name))
        }
        // An accepted connection has the key of the socket that listens.
        if dialling, let password = peer.password { settings.append(setSignature(password, for: peer.remote)) }
        return .andAllSucceed(settings, on: eventLoop)
    }

    /// How long the peer's system may leave an OPEN unacknowledged: long beside any path, short beside a hold time.
    static var handshakeTimeout: CInt { 10_000 }

    /// Sets after how many milliseconds without acknowledgement the system gives the connection up; 0 is its own default.
    ///
    /// While a session comes up this finds out soon that one direction's segments are dropped for their TTL. Once the peer
    /// has acknowledged the first KEEPALIVE, the session has its hold timers instead.
    func setUserTimeout(_ milliseconds: CInt) -> EventLoopFuture<Void> {
        set("the user timeout", level: CInt(IPPROTO_TCP), name: TCP_USER_TIMEOUT, value: milliseconds)
    }

    /// How many octets the peer's system has acknowledged, a SYN of this side as one; fails where there is no TCP.
    func acknowledgedOctets() -> EventLoopFuture<UInt64> {
        guard let provider = self as? any SocketOptionProvider else {
            return eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        let info: EventLoopFuture<martlet_tcp_info> = provider.unsafeGetSocketOption(
            level: SocketOptionLevel(IPPROTO_TCP),
            name: SocketOptionName(TCP_INFO)
        )
        return info.map(martlet_acknowledged_octets)
    }

    /// Sets the TTL or hop limit of what is sent.
    func setTTL(_ ttl: UInt8, family: IPFamily) -> EventLoopFuture<Void> {
        switch family {
        case .ipv4: set("the TTL", level: CInt(IPPROTO_IP), name: IP_TTL, value: CInt(ttl))
        case .ipv6: set("the hop limit", level: CInt(IPPROTO_IPV6), name: IPV6_UNICAST_HOPS, value: CInt(ttl))
        }
    }

    /// Lets the kernel drop what arrives with a lower TTL or hop limit (RFC 5082); 0 takes everything.
    func setLowestTTL(_ ttl: UInt8, family: IPFamily) -> EventLoopFuture<Void> {
        switch family {
        case .ipv4: set("TTL security", level: CInt(IPPROTO_IP), name: martlet_IP_MINTTL, value: CInt(ttl))
        case .ipv6: set("TTL security", level: CInt(IPPROTO_IPV6), name: martlet_IPV6_MINHOPCOUNT, value: CInt(ttl))
        }
    }

    /// Sets the MD5 key for segments from and to the address, on a listening socket for all its future connections.
    ///
    /// `nil` removes the key.
    func setSignature(_ password: Password?, for remote: ScopedAddress) -> EventLoopFuture<Void> {
        guard let address = SocketAddress(remote, port: 0) else { return eventLoop.makeSucceededVoidFuture() }
        let key = password?.octets ?? []
        let option = address.withSockAddr { pointer, length in
            martlet_make_tcp_md5sig(pointer, socklen_t(length), key, key.count)
        }
        return set("TCP MD5", level: CInt(IPPROTO_TCP), name: martlet_TCP_MD5SIG, value: option)
    }

    private func set<Value: Sendable>(_ option: String, level: CInt, name: CInt, value: Value) -> EventLoopFuture<Void>
    {
        guard let provider = self as? any SocketOptionProvider else { return eventLoop.makeSucceededVoidFuture() }
        // The only place where the kernel's word for an option's type is taken on trust: each value above has the size
        // that its option asks for.
        return provider.unsafeSetSocketOption(
            level: SocketOptionLevel(level),
            name: SocketOptionName(name),
            value: value
        )
        .flatMapErrorThrowing { error in throw SocketOptionError(option: option, underlying: error) }
    }
}
