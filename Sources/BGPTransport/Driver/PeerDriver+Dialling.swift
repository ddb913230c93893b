import Addressing
import BGPEngine
import NIOCore
import NIOPosix

extension PeerDriver {
    /// How long an attempt may take: the third SYN leaves after three seconds.
    static let dialTimeout: TimeAmount = .seconds(5)

    func startDial() {
        dial += 1
        let attempt = dial
        let peer = machine.configuration
        guard let remote = SocketAddress(peer.remote, port: peer.remotePort) else {
            submit(.dialFailed(.noSuchInterface))
            return
        }
        guard SpareDescriptors.leaveRoom else {
            submit(.dialFailed(.outOfResources))
            return
        }
        let connection = newConnection()
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.dialTimeout)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelOption(.writeBufferWaterMark, value: ConnectionLimits.writeBuffer)
            .channelInitializer { channel in
                channel.applyOptions(of: peer, dialling: true).flatMapThrowing {
                    self.assumeIsolated { $0.dialledChannel = channel }
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(driver: self, id: connection, isDialled: true)
                    )
                }
            }
        if let local = peer.scopedLocalAddress.flatMap({ SocketAddress($0, port: 0) }) {
            bootstrap = bootstrap.bind(to: local)
        }
        bootstrap.connect(to: remote).whenComplete { result in
            self.assumeIsolated { $0.finishDial(attempt, result) }
        }
    }

    func abandonDial() {
        dial += 1
        dialledChannel?.close(promise: nil)
        dialledChannel = nil
    }

    private func finishDial(_ attempt: UInt64, _ result: Result<any Channel, any Error>) {
        guard attempt == dial else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        dialledChannel = nil
        guard case .failure(let error) = result else { return }
        let failure = DialFailure(
            error,
            dropped: droppedSegments,
            isOnLink: { LocalAddresses.isOnLink(self.machine.configuration.remote) }
        )
        submit(.dialFailed(failure))
    }

    /// What the kernel has dropped since this was last asked that the peer can have sent, its own attempts to dial included.
    func droppedSegments() -> DroppedSegments? {
        let now = DropCounters.now()
        defer { drops = now }
        return now.dropped(since: drops, from: machine.configuration)
    }

    /// Takes a connection that the peer has opened; the channel is not active yet.
    func adopt(_ channel: any Channel) -> EventLoopFuture<Void> {
        let id = newConnection()
        return channel.applyOptions(of: machine.configuration, dialling: false).flatMapThrowing {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionHandler(driver: self, id: id, isDialled: false)
            )
        }
    }
}

extension PeerConfiguration {
    /// The address to dial from; a link-local one is that of the interface on which the peer is.
    var scopedLocalAddress: ScopedAddress? {
        localAddress.map { address in
            address.isLinkLocal
                ? ScopedAddress(address: address, zone: remote.zone ?? sourceInterface) ?? ScopedAddress(address)
                : ScopedAddress(address)
        }
    }
}

/// Bounds of a connection's memory.
enum ConnectionLimits {
    /// How many bytes of UPDATEs are handed to a connection at a time.
    static let batch = 64 << 10
    /// Writing stops above the first and goes on below the second number of bytes.
    static let writeBuffer = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 256 << 10)
}
