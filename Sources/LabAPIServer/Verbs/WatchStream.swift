import Hummingbird
import NIOCore

/// Writes a watch to its client until the client, the timeout or the server ends it.
struct WatchStream: Sendable {
    let start: WatchStart
    let timeout: Duration?
    let endsInitialEvents: Bool
    /// Ends `start.stream`; may be called more than once.
    let end: @Sendable () -> Void

    /// Writes lines; returns when the stream or the time is over or the client has gone.
    @concurrent
    func write(
        _ session: WatchSession,
        to writer: inout any ResponseBodyWriter,
        until request: Request
    ) async throws {
        defer { end() }
        var session = session
        var backlog = ByteBuffer()
        for change in start.backlog {
            if let line = session.line(change) { backlog.writeBytes(line) }
        }
        if endsInitialEvents { backlog.writeBytes(session.bookmark(start.revision, endsInitialEvents: true)) }
        if backlog.readableBytes > 0 { try await writer.write(backlog) }
        try await request.body.consumeWithInboundCloseHandler { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let timeout {
                    group.addTask {
                        try await Task.sleep(for: timeout)
                        end()
                    }
                }
                for await signal in start.stream {
                    guard signal.revision > start.floor, let line = session.line(signal) else { continue }
                    try await writer.write(ByteBuffer(bytes: line))
                }
                group.cancelAll()
            }
        } onInboundClosed: {
            end()
        }
        try await writer.finish(nil)
    }
}
