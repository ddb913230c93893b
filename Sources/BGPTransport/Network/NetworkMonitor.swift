package import BGPEngine
import CLinuxSockets
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Asks the kernel for its tables, and waits for the answer.
final class NetlinkDump {
    private let descriptor: Int32

    /// Nil when the system gives no socket.
    init?() {
        descriptor = martlet_open_rtnetlink(0)
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Brings all into an empty table; false when the kernel does not tell all of it.
    func fill(_ table: inout NetworkTable) -> Bool {
        for type in [NetlinkMessage.MessageType.getLink, NetlinkMessage.MessageType.getAddress] {
            guard let messages = ask(type) else { return false }
            for message in messages { _ = table.handle(message) }
        }
        return fillRoutes(of: &table)
    }

    /// Brings the default routes up to date.
    func fillRoutes(of table: inout NetworkTable) -> Bool {
        guard let messages = ask(NetlinkMessage.MessageType.getRoute) else { return false }
        table.forgetRoutes()
        for case .defaultRoute(let route) in messages { table.insert(route) }
        return true
    }

    /// All entries of a table, asked for a few times while it changes too quickly; what is no default route is left out.
    private func ask(_ type: UInt16) -> [NetlinkMessage]? {
        for _ in 0..<5 {
            if let messages = askOnce(type) { return messages }
        }
        return nil
    }

    private func askOnce(_ type: UInt16) -> [NetlinkMessage]? {
        guard martlet_request_dump(descriptor, type) == 0 else { return nil }
        var messages: [NetlinkMessage] = []
        var isWhole = true
        while true {
            var buffer = ByteBuffer()
            let length = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 64 << 10) { bytes in
                max(0, recv(descriptor, bytes.baseAddress, bytes.count, 0))
            }
            guard length > 0 else { return nil }
            for message in NetlinkMessage.messages(in: &buffer) {
                switch message {
                case .done: return isWhole ? messages : nil
                case .failed: isWhole = false
                default: messages.append(message)
                }
            }
        }
    }
}

/// Follows the kernel's devices, addresses and default routes by what it tells of every change.
package struct NetworkMonitor: Sendable {
    /// The kernel does not tell, or what it told was more than could be read in time.
    package struct Interrupted: Error, CustomStringConvertible {
        /// What was seen.
        package let description: String
    }

    /// A monitor that reads nothing yet.
    package init() {}

    /// Calls `tell` with the whole at once and after changes, several of which may make one call, until cancelled.
    ///
    /// Throws ``Interrupted`` when it has to be started anew.
    package func run(_ tell: @escaping @Sendable (HostNetwork) async -> Void) async throws {
        let descriptor = martlet_open_rtnetlink(1)
        guard descriptor >= 0 else {
            throw Interrupted(description: "no rtnetlink socket: \(String(cString: strerror(errno)))")
        }
        let heard = Heard()
        let channel: any Channel
        do {
            channel = try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 << 10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(NetlinkHandler(heard))
                    }
                }
                .takingOwnershipOfDescriptor(input: descriptor).get()
        } catch {
            close(descriptor)
            throw error
        }
        defer { channel.close(promise: nil) }
        guard let dump = NetlinkDump() else { throw Interrupted(description: "no rtnetlink socket") }
        // What is told from here on comes again with the events that have come since the socket was opened.
        var table = NetworkTable()
        guard dump.fill(&table) else { throw Interrupted(description: "the kernel does not tell its addresses") }
        var told = table.network
        await tell(told)
        for await _ in heard.signals {
            var outcome: NetworkTable.Outcome = []
            for message in heard.take() { outcome.formUnion(table.handle(message)) }
            if outcome.contains(.routesUnknown), !dump.fillRoutes(of: &table) {
                throw Interrupted(description: "the kernel does not tell its routes")
            }
            guard !outcome.isEmpty else { continue }
            let network = table.network
            guard network != told else { continue }
            told = network
            await tell(network)
        }
        try Task.checkCancellation()
        throw Interrupted(description: heard.failure ?? "the rtnetlink socket was closed")
    }

    /// What has come and was not taken yet.
    private final class Heard: Sendable {
        private struct State {
            var messages: [NetlinkMessage] = []
            var failure: String?
        }

        private let state = Mutex(State())
        let signals: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation

        init() {
            (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }

        var failure: String? { state.withLock { $0.failure } }

        func put(_ messages: [NetlinkMessage]) {
            guard !messages.isEmpty else { return }
            state.withLock { $0.messages += messages }
            signal.yield()
        }

        func take() -> [NetlinkMessage] {
            state.withLock { state in
                defer { state.messages = [] }
                return state.messages
            }
        }

        func end(_ failure: (any Error)? = nil) {
            if let failure { state.withLock { $0.failure = "\(failure)" } }
            signal.finish()
        }
    }

    private final class NetlinkHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let heard: Heard

        init(_ heard: Heard) {
            self.heard = heard
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            heard.put(NetlinkMessage.messages(in: &buffer))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            heard.end(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            heard.end()
        }
    }
}
