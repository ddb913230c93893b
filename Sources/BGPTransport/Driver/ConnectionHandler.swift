import BGPEngine
import BGPWire
import NIOCore

/// What a driver writes to a connection.
enum Outbound: Sendable {
    /// One message, to be encoded as the session agrees.
    case message(Message)
    /// Whole messages, already encoded.
    case encoded(ByteBuffer)
}

/// The end of a connection's pipeline: bytes become messages for the driver, messages become bytes.
///
/// It holds received bytes only while a message is incomplete, at most one message and one read.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Outbound
    typealias OutboundOut = ByteBuffer

    private let driver: PeerDriver
    private let id: ConnectionID
    private let peer: PeerConfiguration
    private let isDialled: Bool
    private let options: SocketOptions
    private var decoder = MessageDecoder()
    private var received = ByteBuffer()
    private var disconnection: Disconnection = .closedByPeer
    /// What the peer must acknowledge before the session counts as heard of: all octets up to the first KEEPALIVE.
    private var greeting: UInt64 = 0
    private var isGreetingComplete = false

    /// How soon after the first KEEPALIVE, and then how often, it is looked whether the peer has acknowledged it.
    private static let acknowledgementInterval: TimeAmount = .seconds(1)

    /// `peer` is what the connection's options were set for.
    init(driver: PeerDriver, id: ConnectionID, peer: PeerConfiguration, isDialled: Bool, options: SocketOptions) {
        self.driver = driver
        self.id = id
        self.peer = peer
        self.isDialled = isDialled
        self.options = options
    }

    private var use: SocketOptions.Use { isDialled ? .dialled : .accepted }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let (id, peer, isDialled) = (id, peer, isDialled)
        driver.assumeIsolated { $0.opened(id, channel: channel, peer: peer, isDialled: isDialled) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.writeBuffer(&bytes)
        }
        while let inbound = decoder.decode(buffer: &received) {
            let id = id
            driver.assumeIsolated { driver in
                switch inbound {
                case .message(let message):
                    driver.publication.metrics.messageReceived(message)
                    driver.submit(.session(id, .received(message)))
                case .malformed(let error): driver.submit(.session(id, .malformed(error)))
                }
            }
        }
        if received.readableBytes == 0 { received = ByteBuffer() } else { received.discardReadBytes() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            let id = id
            driver.assumeIsolated { $0.becameWritable(id) }
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        disconnection = Disconnection(error) { driver.assumeIsolated { $0.droppedSegments() } }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let (id, disconnection) = (id, disconnection)
        driver.assumeIsolated { $0.closed(id, disconnection) }
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .encoded(let bytes):
            context.write(wrapOutboundOut(bytes), promise: promise)
        case .message(let message):
            if case .open(let open) = message { decoder.local = open }
            var buffer = context.channel.allocator.buffer(capacity: 64)
            message.encode(into: &buffer, context: decoder.context)
            if !isGreetingComplete {
                greeting += UInt64(buffer.readableBytes)
                if case .keepalive = message {
                    isGreetingComplete = true
                    awaitAcknowledgement(context.channel)
                }
            }
            context.write(wrapOutboundOut(buffer), promise: promise)
        }
    }

    /// Tells the machine once the peer's system has the first KEEPALIVE, and lets the hold timers watch over the session.
    private func awaitAcknowledgement(_ channel: any Channel) {
        let box = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.eventLoop.scheduleTask(in: Self.acknowledgementInterval) {
            guard channel.isActive else { return }
            channel.acknowledgedOctets().whenSuccess { octets in
                let handler = box.value
                guard octets >= handler.greeting else {
                    handler.awaitAcknowledgement(channel)
                    return
                }
                // Fails on a connection that has just been closed; otherwise the system gives up what is not acknowledged
                // for ten seconds, which takes nobody in.
                channel.setUserTimeout(0, use: handler.use, with: handler.options).whenFailure { _ in }
                let id = handler.id
                handler.driver.assumeIsolated { $0.submit(.session(id, .acknowledged)) }
            }
        }
    }
}
