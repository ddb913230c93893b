import BGPEngine
import BGPTypes
import CLinuxSockets
import Glibc
import NIOCore

extension Channel {
    /// Sets what the configuration asks of a connection with the peer, before or after it is connected.
    ///
    /// On a connection to be dialled this runs between socket(2) and connect(2), so the SYN already has TTL and signature.
    /// An accepted one has had the key since its first segment, by `ListenerProtection`; it is set again since
    /// older kernels leave it out where memory is short, and do not say so.
    func applyOptions(
        of peer: PeerConfiguration,
        for use: SocketOptions.Use,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        let family = peer.remote.address.family
        var settings: [EventLoopFuture<Void>] = []
        if let password = peer.password {
            let prefix = IPPrefix(host: peer.remote.address)
            settings.append(setSignature(password, for: prefix, use: use, with: options))
        }
        if let lowest = peer.lowestIncomingTTL {
            settings.append(setLowestTTL(lowest, family: family, use: use, with: options))
        }
        if let interface = peer.sourceInterface {
            let name = martlet_make_interface_name(interface)
            settings.append(
                options.set(
                    .sourceInterface,
                    on: self,
                    for: use,
                    level: SOL_SOCKET,
                    name: SO_BINDTODEVICE,
                    value: name
                )
            )
        }
        if let ttl = peer.outgoingTTL { settings.append(setTTL(ttl, family: family, use: use, with: options)) }
        settings.append(setUserTimeout(Self.handshakeTimeout, use: use, with: options))
        settings.append(
            options.set(
                .noDelay,
                on: self,
                for: use,
                level: CInt(IPPROTO_TCP),
                name: TCP_NODELAY,
                value: CInt(1)
            )
        )
        return .andAllSucceed(settings, on: eventLoop)
    }

    /// How long the peer's system may leave an OPEN unacknowledged: long beside any path, short beside a hold time.
    static var handshakeTimeout: CInt { 10_000 }

    /// Sets after how many milliseconds without acknowledgement the system gives the connection up; 0 is its own default.
    ///
    /// While a session comes up this finds out soon that one direction's segments are dropped for their TTL. Once the peer
    /// has acknowledged the first KEEPALIVE, the session has its hold timers instead.
    func setUserTimeout(
        _ milliseconds: CInt,
        use: SocketOptions.Use,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        options.set(
            .userTimeout,
            on: self,
            for: use,
            level: CInt(IPPROTO_TCP),
            name: TCP_USER_TIMEOUT,
            value: milliseconds
        )
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
    func setTTL(
        _ ttl: UInt8,
        family: IPFamily,
        use: SocketOptions.Use,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        let (level, name) =
            switch family {
            case .ipv4: (CInt(IPPROTO_IP), IP_TTL)
            case .ipv6: (CInt(IPPROTO_IPV6), IPV6_UNICAST_HOPS)
            }
        return options.set(.ttl, on: self, for: use, level: level, name: name, value: CInt(ttl))
    }

    /// Lets the kernel drop what arrives with a lower TTL or hop limit (RFC 5082).
    func setLowestTTL(
        _ ttl: UInt8,
        family: IPFamily,
        use: SocketOptions.Use,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        let (level, name) =
            switch family {
            case .ipv4: (CInt(IPPROTO_IP), martlet_IP_MINTTL)
            case .ipv6: (CInt(IPPROTO_IPV6), martlet_IPV6_MINHOPCOUNT)
            }
        return options.set(.lowestTTL, on: self, for: use, level: level, name: name, value: CInt(ttl))
    }

    /// Sets the MD5 key for segments from and to the addresses of a prefix, on a listening socket for its connections.
    ///
    /// The kernel compares addresses without their zone, so an interface that is not there yet does no harm.
    func setSignature(
        _ password: Password,
        for prefix: IPPrefix,
        use: SocketOptions.Use,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        guard let address = SocketAddress(ScopedAddress(prefix.address), port: 0) else {
            let error = SocketOptionError(
                option: SocketOptions.Option.signature.rawValue,
                underlying: ChannelError.operationUnsupported
            )
            return eventLoop.makeFailedFuture(error)
        }
        let key = password.octets
        let option = address.withSockAddr { pointer, length in
            martlet_make_tcp_md5sig(pointer, socklen_t(length), prefix.length, key, key.count)
        }
        return options.set(
            .signature,
            on: self,
            for: use,
            level: CInt(IPPROTO_TCP),
            // Kernels before 4.14 know no prefixes, and need not where an address has its own key.
            name: prefix.isHost ? martlet_TCP_MD5SIG : martlet_TCP_MD5SIG_EXT,
            value: option
        )
    }
}
