import BGPTypes
import BGPWire
import NIOCore
import NIOPosix
import TestSupport

/// Routers on all addresses of loopback that no session can be kept with, one port for each kind of trouble.
struct TroubledRouters {
    /// What a router does wrong.
    enum Trouble: CaseIterable {
        /// Nobody listens.
        case refusing
        /// Accepts and never says a word.
        case silent
        /// Says octets that are no BGP.
        case garbled
        /// Establishes the session and closes it at once, for ever.
        case flapping
    }

    private let channels: [any Channel]
    private let ports: [Trouble: UInt16]

    /// Opens the ports, runs `body`, and closes all that is open.
    static func run(asNumber: ASNumber, _ body: (TroubledRouters) async throws -> Void) async throws {
        let routers = try await TroubledRouters(asNumber)
        do {
            try await body(routers)
        } catch {
            try? await routers.close()
            throw error
        }
        try await routers.close()
    }

    /// The port where routers have this trouble.
    func port(_ trouble: Trouble) -> UInt16 { ports[trouble] ?? 1 }

    private init(_ asNumber: ASNumber) async throws {
        let open = try RawPeer.Connection.open(asNumber: asNumber, routerID: "192.0.2.99")
        let greeting = (open.encoded(in: WireContext()), Message.keepalive.encoded(in: WireContext()))
        var channels: [any Channel] = []
        var ports: [Trouble: UInt16] = [:]
        for trouble in [Trouble.silent, .garbled, .flapping] {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 1024)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = Router(trouble: trouble, greeting: greeting)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .bind(host: "0.0.0.0", port: 0).get()
            channels.append(server)
            ports[trouble] = server.localAddress?.port.flatMap(UInt16.init)
        }
        self.channels = channels
        self.ports = ports
    }

    private func close() async throws {
        for channel in channels { try await channel.close() }
    }

    /// One connection as its router treats it.
    private final class Router: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let trouble: Trouble
        private let greeting: (open: ByteBuffer, keepalive: ByteBuffer)
        private var generator = MessageGenerator(seed: 1)
        private var received = 0

        init(trouble: Trouble, greeting: (open: ByteBuffer, keepalive: ByteBuffer)) {
            self.trouble = trouble
            self.greeting = greeting
        }

        func channelActive(context: ChannelHandlerContext) {
            switch trouble {
            case .refusing, .silent: break
            case .garbled:
                let octets = (0..<200).map { _ in generator.octet() }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
            case .flapping:
                context.write(wrapOutboundOut(greeting.open), promise: nil)
                context.writeAndFlush(wrapOutboundOut(greeting.keepalive), promise: nil)
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += unwrapInboundIn(data).readableBytes
            // The OPEN is longer than its fixed part; the KEEPALIVE that comes after it says that the session is up.
            let opened = 29 + greeting.keepalive.readableBytes
            if trouble == .flapping, received > opened { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
