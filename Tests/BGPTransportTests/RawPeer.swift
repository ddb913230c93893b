import AdminServer
import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Logging
import NIOCore
import NIOPosix
import Signals
import TestSupport
import Testing

/// A speaker that waits on loopback, and connections to it of which the test writes every octet.
struct RawPeer {
    let speaker: BGPServer
    /// What the speaker was told to be: AS 65000 with passive peers in AS 65001.
    let instances: [InstanceConfiguration]

    /// Runs a speaker with a peer at each of the addresses around `body`.
    static func run(
        addresses: [String] = ["127.0.0.1"],
        instances names: [String] = ["router"],
        group: MultiThreadedEventLoopGroup? = nil,
        receivedRoutesMemory: Int = 128 << 20,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: (RawPeer) async throws -> Void
    ) async throws {
        let speaker = BGPServer(
            group: group,
            listenAddresses: [.v4(IPv4Address(127, 0, 0, 1))],
            receivedRoutesMemory: receivedRoutesMemory,
            metrics: metrics,
            logger: logger
        )
        let routerID = try #require(RouterID("192.0.2.1"))
        let instances = try names.enumerated().map { index, name in
            let localAS = ASNumber(rawValue: 65000 + 100 * UInt32(index))
            return InstanceConfiguration(
                name: name,
                localAS: localAS,
                routerID: routerID,
                localPort: 0,
                peers: try addresses.map { address in
                    InstanceConfiguration.Peer(
                        PeerConfiguration(
                            name: address,
                            remote: try #require(ScopedAddress(address)),
                            remoteAS: 65001,
                            localAS: localAS,
                            routerID: routerID,
                            isPassive: true
                        )
                    )
                }
            )
        }
        speaker.apply(instances)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await speaker.run() }
            defer { group.cancelAll() }
            try await body(RawPeer(speaker: speaker, instances: instances))
        }
    }

    /// The port on which an instance waits.
    func port(of instance: String = "router") async throws -> UInt16 {
        try await speaker.signal.changes().first { () -> UInt16? in
            speaker.instances().first { $0.name == instance }?.listening.first?.port
        }
    }

    /// Connects from an address and talks as `body` does.
    func connect(
        from address: String = "127.0.0.1",
        to instance: String = "router",
        receiveBuffer: Int? = nil,
        _ body: (inout Connection) async throws -> Void
    ) async throws {
        let port = try await port(of: instance)
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: receiveBuffer == nil)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
        }
        let (received, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await bootstrap.bind(to: SocketAddress(ipAddress: address, port: 0))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Inbound(continuation: continuation))
                }
            }
            .connect(host: "127.0.0.1", port: Int(port)).get()
        var connection = Connection(channel: channel, received: received.makeAsyncIterator())
        do {
            try await body(&connection)
        } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }

    /// Holds a connection to a port of loopback open around `body`, and says nothing.
    static func dial(_ port: UInt16, _ body: () async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)).get()
        do {
            try await body()
        } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }

    /// Hands what arrives to the test.
    private final class Inbound: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<ByteBuffer>.Continuation

        init(continuation: AsyncStream<ByteBuffer>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(unwrapInboundIn(data))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }
    }

    /// Waits until the speaker's view of a peer is as asked.
    func peer(_ name: String = "127.0.0.1", where condition: (PeerSnapshot) -> Bool) async throws -> PeerSnapshot {
        try await speaker.signal.changes().first { speaker.snapshot().first { $0.id.peer == name && condition($0) } }
    }

    /// One connection to the speaker.
    struct Connection {
        private let channel: any Channel
        private var received: AsyncStream<ByteBuffer>.AsyncIterator
        private var decoder = MessageDecoder(context: WireContext(fourOctetAS: true))
        private var unread = ByteBuffer()

        init(channel: any Channel, received: AsyncStream<ByteBuffer>.AsyncIterator) {
            self.channel = channel
            self.received = received
        }

        /// Writes any octets.
        func write(_ bytes: ByteBuffer) async throws {
            try await channel.writeAndFlush(bytes)
        }

        /// The OPEN of a peer that knows long messages, in AS 65001 unless told.
        static func open(
            asNumber: ASNumber = 65001,
            routerID: String = "192.0.2.2",
            offering capabilities: [Capability] = []
        ) throws -> Message {
            .open(
                Open(
                    asNumber: asNumber,
                    holdTime: .standard,
                    routerID: try #require(RouterID(routerID)),
                    capabilities: [.fourOctetAS(asNumber), .extendedMessages] + capabilities
                )
            )
        }

        /// Writes messages as one piece.
        func send(_ messages: Message...) async throws {
            try await write(Self.bytes(messages))
        }

        /// Writes messages in pieces of one octet.
        func sendSlowly(_ messages: Message...) async throws {
            for octet in Self.bytes(messages).readableBytesView {
                try await write(ByteBuffer(bytes: [octet]))
            }
        }

        private static func bytes(_ messages: [Message]) -> ByteBuffer {
            let context = WireContext(fourOctetAS: true, maximumSentLength: WireContext.extendedMessageLength)
            return messages.reduce(into: ByteBuffer()) { $1.encode(into: &$0, context: context) }
        }

        /// The next message; `nil` when the speaker has closed.
        mutating func next() async throws -> Message? {
            while true {
                switch decoder.decode(buffer: &unread) {
                case .message(let message): return message
                case .malformed(let error): throw error
                case nil: break
                }
                guard var bytes = await received.next(isolation: #isolation) else { return nil }
                unread.writeBuffer(&bytes)
            }
        }

        /// All messages until the speaker closes.
        mutating func rest() async throws -> [Message] {
            var messages: [Message] = []
            while let message = try await next() { messages.append(message) }
            return messages
        }
    }
}
