import BGPEngine
import BGPTypes
import NIOCore
import NIOPosix

extension PeerDriver {
    /// How long an attempt may take: the third SYN leaves after three seconds.
    static let dialTimeout: TimeAmount = .seconds(5)

    func startDial() {
        connections.dial += 1
        let attempt = connections.dial
        let peer = machine.configuration
        guard let remote = SocketAddress(peer.remote, port: peer.remotePort) else {
            submit(.dialFailed(.noSuchInterface))
            return
        }
        guard FileDescriptorReserve.leaveRoom else {
            submit(.dialFailed(.outOfResources))
            return
        }
        let connection = connections.newID()
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.dialTimeout)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelOption(.writeBufferWaterMark, value: ConnectionLimits.writeBuffer)
            .channelInitializer { [options = shared.options] channel in
                channel.applyOptions(of: peer, for: .dialled, with: options).flatMapThrowing {
                    try self.assumeIsolated { driver in
                        guard driver.connections.dial == attempt else { throw ChannelError.ioOnClosedChannel }
                        driver.connections.dialled = channel
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(driver: self, id: connection, peer: peer, isDialled: true, options: options)
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
        connections.dial += 1
        connections.dialled?.close(promise: nil)
        connections.dialled = nil
    }

    private func finishDial(_ attempt: UInt64, _ result: Result<any Channel, any Error>) {
        guard attempt == connections.dial else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        connections.dialled = nil
        guard case .failure(let error) = result else { return }
        let failure = DialFailure(
            error,
            dropped: droppedSegments,
            isOnLink: { self.shared.addresses.devices.isOnLink(self.machine.configuration.remote) }
        )
        submit(.dialFailed(failure))
    }

    /// What the kernel has dropped since this was last asked that the peer can have sent, its own attempts to dial included.
    func droppedSegments() -> DroppedSegments? {
        let now = DropCounters.now()
        defer { failures.drops = now }
        return now.dropped(since: failures.drops, from: machine.configuration)
    }

    /// Takes a connection that the peer has opened, to a socket that does not object; the channel is not active yet.
    ///
    /// Where an option is refused, the peer is told and the connection closed before a word of it is read.
    func adopt(_ channel: any Channel, from socket: ListeningSocket) -> EventLoopFuture<Void> {
        let id = connections.newID()
        let peer = machine.configuration
        let options = shared.options
        return channel.applyOptions(of: peer, for: .accepted, with: options)
            .flatMap { channel.isNearEnough(for: peer, from: socket, with: options) }
            .flatMapThrowing { isNear in
                guard isNear else { throw TooDistant() }
                try channel.pipeline.syncOperations.addHandler(
                    ConnectionHandler(driver: self, id: id, peer: peer, isDialled: false, options: options)
                )
            }
            .flatMapErrorThrowing { error in
                self.assumeIsolated { $0.turnedAway(for: error) }
                throw error
            }
    }

    /// Tells why a connection of the peer was not accepted; not while there is a session, which it says nothing about.
    private func turnedAway(for error: any Error) {
        guard machine.establishedConnection == nil else { return }
        switch error {
        case let error as SocketOptionError: note(.notAdmitted(error.admissionFailure))
        case is TooDistant: note(.openOverdue(.tooDistant))
        default: return
        }
        setNeedsPublish()
    }

    /// Takes why no connection that the peer opens would be accepted; `nil` when one would, or that is still to be seen.
    func noteAdmission(_ objection: AdmissionFailure?) {
        guard objection != failures.objection else { return }
        failures.objection = objection
        if let objection {
            note(.notAdmitted(objection))
        } else if case .notAdmitted = failures.latest?.evidence {
            failures.latest = nil
        }
        setNeedsPublish()
    }

    /// The connection was opened from further away than the peer may be.
    private struct TooDistant: Error {}
}

extension Channel {
    /// Whether a connection comes from no further away than the peer may be.
    ///
    /// Where other peers of the instance may be anywhere, the listening socket lets everything through, and what waits on
    /// the connection when its own limit is set may come from afar.
    fileprivate func isNearEnough(
        for peer: PeerConfiguration,
        from socket: ListeningSocket,
        with options: SocketOptions
    ) -> EventLoopFuture<Bool> {
        guard let lowest = peer.lowestIncomingTTL, lowest > socket.protection.lowestTTL else {
            return eventLoop.makeSucceededFuture(true)
        }
        return arrivalTTL(family: peer.remote.address.family, with: options).map { ttl in
            ttl.map { $0 >= lowest } ?? false
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
