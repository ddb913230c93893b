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
    private let isDialled: Bool
    private var decoder = MessageDecoder()
    private var received = ByteBuffer()
    private var disconnection: Disconnection = .closedByPeer

    init(driver: PeerDriver, id: ConnectionID, isDialled: Bool) {
        self.driver = driver
        self.id = id
        self.isDialled = isDialled
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let (id, isDialled) = (id, isDialled)
        driver.assumeIsolated { $0.opened(id, channel: channel, isDialled: isDialled) }
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
            let event: SessionStateMachine.Event =
                switch inbound {
                case .message(let message): .received(message)
                case .malformed(let error): .malformed(error)
                }
            let id = id
            driver.assumeIsolated { $0.submit(.session(id, event)) }
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
            context.write(wrapOutboundOut(buffer), promise: promise)
        }
    }
}
