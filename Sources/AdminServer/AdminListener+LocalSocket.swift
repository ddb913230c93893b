import NIOCore
import NIOPosix

extension AdminListener {
    /// Listens on a Unix socket, in the place of one that an earlier run has left; throws when that cannot be done.
    ///
    /// Whoever may open the socket is answered: the caller puts it into a directory that others cannot enter.
    package func listen(onSocket path: String) async throws {
        let sendBuffer = SocketOptionValue(configuration.limits.socketOctets)
        server = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.socketOption(.so_sndbuf), value: sendBuffer)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .childChannelInitializer { channel in self.assumeIsolated { $0.admit(channel) } }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .get()
    }

    /// What the bounds of one client count by: its address, or that it is on this machine; nil when it is gone already.
    nonisolated static func source(of channel: any Channel) -> String? {
        if case .unixDomainSocket? = channel.localAddress { return "this machine" }
        return channel.remoteAddress?.ipAddress
    }
}
