import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging
import NIOCore

extension PeerRegistry {
    /// How long a connection that several peers may have opened has for its OPEN.
    private static let introductionTime: TimeAmount = .seconds(5)

    /// Finds the peer of a connection; one from anywhere else is closed before it costs anything.
    ///
    /// Only a peer of whose password the listening socket has known from the first is one that the connection can be of:
    /// whatever else is on it, said before this program saw it, is signed with that password.
    func admit(_ channel: any Channel, _ attempt: Attempt) -> EventLoopFuture<Void> {
        let instance = attempt.instance
        let refusal: EventLoopFuture<Void> = eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        guard let remote = channel.remoteAddress?.scopedAddress, let socket = socket(of: attempt) else {
            return refusal
        }
        let candidates = drivers(of: instance, at: remote, by: socket)
        guard let first = candidates.first else {
            shared.logger.debug("connection from no peer", metadata: [.instance: "\(instance)", .remote: "\(remote)"])
            return refusal
        }
        guard candidates.count > 1 else { return first.assumeIsolated { $0.adopt(channel, from: socket) } }
        let connection = AcceptedConnection(channel, among: candidates, shared.addresses.devices)
        let matches = connection.bestMatches(among: candidates.map { $0.assumeIsolated { $0.candidate } })
        guard matches.count > 1 else {
            return candidates[matches[0]].assumeIsolated { $0.adopt(channel, from: socket) }
        }
        return introduce(channel, connection, instance, remote, socket, limit: 2 * candidates.count)
    }

    /// Lets the peer say its OPEN first, which says who it is.
    private func introduce(
        _ channel: any Channel,
        _ connection: AcceptedConnection,
        _ instance: String,
        _ remote: ScopedAddress,
        _ socket: ListeningSocket,
        limit: Int
    ) -> EventLoopFuture<Void> {
        let address = PeerAddress(instance: instance, remote: remote)
        // Who opens many and says nothing loses the oldest.
        if let oldest = strangers[address]?.first, strangers[address, default: []].count >= limit {
            oldest.close(promise: nil)
            strangers[address]?.removeFirst()
        }
        strangers[address, default: []].append(channel)
        channel.closeFuture.whenComplete { _ in self.assumeIsolated { $0.forget(channel, address) } }
        let handler = PeerIdentificationHandler(limit: Self.introductionTime) { open in
            self.assumeIsolated { core in
                core.forget(channel, address)
                var connection = connection
                connection.open = open
                let candidates = core.drivers(of: instance, at: remote, by: socket)
                let matches = connection.bestMatches(among: candidates.map { $0.assumeIsolated { $0.candidate } })
                guard let match = matches.first else {
                    return core.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return candidates[match].assumeIsolated { $0.adopt(channel, from: socket) }
            }
        }
        return eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
    }

    private func forget(_ channel: any Channel, _ address: PeerAddress) {
        strangers[address]?.removeAll { $0 === channel }
        if strangers[address]?.isEmpty == true { strangers[address] = nil }
    }

    private func drivers(of instance: String, at remote: ScopedAddress, by socket: ListeningSocket) -> [PeerDriver] {
        (peers[instance]?[remote] ?? []).compactMap { peer in
            guard socket.objection(to: peer.configuration) == nil else { return nil }
            return drivers[PeerID(instance: instance, peer: peer.configuration.name)]
        }
    }

    /// Where peers of an instance are.
    struct PeerAddress: Hashable {
        let instance: String
        let remote: ScopedAddress
    }
}

extension AcceptedConnection {
    /// What the channel tells; interfaces are only looked up where a peer is told apart by one.
    fileprivate init(_ channel: any Channel, among candidates: [PeerDriver], _ devices: NodeDevices) {
        let local = channel.localAddress?.scopedAddress
        let asksForInterface = candidates.contains {
            $0.assumeIsolated { $0.machine.configuration.sourceInterface != nil }
        }
        self.init(
            local: local?.address,
            interface: asksForInterface ? local.flatMap(devices.device(of:)) : nil
        )
    }
}

extension PeerDriver {
    /// What tells this peer from others at its address.
    fileprivate var candidate: AcceptedConnection.Candidate {
        AcceptedConnection.Candidate(
            machine.configuration,
            lastRouterID: contact.routerID,
            waits: failures.heldDown == nil && machine.establishedConnection == nil
        )
    }
}

/// Holds an accepted connection until its first message, then hands it to the peer whose it is, with all that was read.
private final class PeerIdentificationHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let limit: TimeAmount
    /// Finds the peer and puts its handler behind this one; without an OPEN when none came, or something else did.
    private let place: (Open?) -> EventLoopFuture<Void>
    private var received = ByteBuffer()
    private var isPlaced = false
    private var timeout: Scheduled<Void>?

    init(limit: TimeAmount, place: @escaping (Open?) -> EventLoopFuture<Void>) {
        self.limit = limit
        self.place = place
    }

    func channelActive(context: ChannelHandlerContext) {
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: limit) {
            let (handler, context) = box.value
            handler.finish(nil, context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard !isPlaced else { return }
        var copy = received
        var decoder = MessageDecoder()
        switch decoder.decode(buffer: &copy) {
        case nil: break
        case .message(.open(let open)): finish(open, context)
        case .message, .malformed: finish(nil, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        isPlaced = true
        context.fireChannelInactive()
    }

    private func finish(_ open: Open?, _ context: ChannelHandlerContext) {
        guard !isPlaced else { return }
        isPlaced = true
        timeout?.cancel()
        let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        place(open).whenComplete { result in
            let (handler, context) = box.value
            guard case .success = result, context.channel.isActive else {
                context.close(promise: nil)
                return
            }
            context.fireChannelActive()
            context.fireChannelRead(handler.wrapInboundOut(handler.received))
            context.pipeline.syncOperations.removeHandler(handler, promise: nil)
        }
    }
}
