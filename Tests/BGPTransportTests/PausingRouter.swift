import BGPTypes
import BGPWire
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A router that has one session, turns away some connections after it, and then has one again.
final class PausingRouter: Sendable {
    /// How it turns connections away.
    enum Manner: CaseIterable {
        /// It closes them before a word.
        case closing
        /// It closes them when it has read the OPEN.
        case closingAfterOpen
        /// It resets them.
        case resetting
        /// It says 6/5 Connection Rejected.
        case rejecting
        /// It does now this, now that.
        case changing
    }

    private let server: any Channel
    private let state: State

    /// The port where it listens, on all addresses of loopback.
    var port: UInt16 { server.localAddress?.port.flatMap(UInt16.init) ?? 0 }

    /// How many connections it has turned away.
    var turnedAway: Int { state.turnedAway.withLock { $0 } }

    private final class State: Sendable {
        let manner: Manner
        let pauses: Int
        let connections = Mutex(0)
        let turnedAway = Mutex(0)
        let up = Mutex<[any Channel]>([])

        init(manner: Manner, pauses: Int) {
            self.manner = manner
            self.pauses = pauses
        }
    }

    /// Runs `body` with a router in an AS that turns so many connections away after the first session.
    static func run(
        asNumber: ASNumber,
        _ manner: Manner,
        pauses: Int,
        _ body: (PausingRouter) async throws -> Void
    ) async throws {
        let router = try await PausingRouter(asNumber, manner, pauses)
        do {
            try await body(router)
        } catch {
            try? await router.server.close()
            throw error
        }
        try await router.server.close()
    }

    /// Cuts the connection of the session that is up, as a failing link or `ss -K` does.
    func cut() {
        state.up.withLock { $0 }.forEach(Self.reset)
    }

    /// Closes a connection with a reset.
    private static func reset(_ channel: any Channel) {
        (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            .whenComplete { _ in channel.close(promise: nil) }
    }

    private init(_ asNumber: ASNumber, _ manner: Manner, _ pauses: Int) async throws {
        let open = try RawPeer.Connection.open(asNumber: asNumber, routerID: "192.0.2.99")
        let greeting = (open.encoded(in: WireContext()), Message.keepalive.encoded(in: WireContext()))
        let state = State(manner: manner, pauses: pauses)
        self.state = state
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.connections.withLock { count in
                        count += 1
                        return count
                    }
                    let isPausing = number > 1 && number <= 1 + state.pauses
                    if isPausing { state.turnedAway.withLock { $0 += 1 } }
                    let manners: [Manner] = [.closing, .rejecting, .closingAfterOpen, .resetting]
                    let way = manner == .changing ? manners[number % manners.count] : manner
                    try channel.pipeline.syncOperations.addHandler(
                        Connection(way: isPausing ? way : nil, greeting: greeting, state: state)
                    )
                }
            }
            .bind(host: "0.0.0.0", port: 0).get()
    }

    /// One connection, which is turned away in a way or becomes a session.
    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let way: Manner?
        private let greeting: (open: ByteBuffer, keepalive: ByteBuffer)
        private let state: State

        init(way: Manner?, greeting: (open: ByteBuffer, keepalive: ByteBuffer), state: State) {
            self.way = way
            self.greeting = greeting
            self.state = state
        }

        func channelActive(context: ChannelHandlerContext) {
            switch way {
            case .closing, .changing:
                context.close(promise: nil)
            case .rejecting:
                let rejection = Message.notification(.cease(.connectionRejected)).encoded(in: WireContext())
                context.writeAndFlush(wrapOutboundOut(rejection), promise: nil)
            case .closingAfterOpen, .resetting:
                break
            case nil:
                context.write(wrapOutboundOut(greeting.open), promise: nil)
                context.writeAndFlush(wrapOutboundOut(greeting.keepalive), promise: nil)
                let channel = context.channel
                state.up.withLock { $0 = [channel] }
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch way {
            case .closingAfterOpen, .rejecting:
                context.close(promise: nil)
            case .resetting:
                PausingRouter.reset(context.channel)
            case .closing, .changing, nil:
                break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
