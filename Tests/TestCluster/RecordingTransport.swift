import KubeClient
import Synchronization

/// The writes that went through a client, in their order, as `PATCH /path`.
package final class WriteLog: Sendable {
    private let lines = Mutex<[String]>([])

    /// Everything written so far, Leases and Events left out.
    package var writes: [String] { lines.withLock { $0 }.filter { !$0.contains("/leases") && !$0.contains("/events") } }

    /// How many events were created so far.
    package var events: Int { lines.withLock { $0 }.count { $0.hasPrefix("POST") && $0.hasSuffix("/events") } }

    func note(_ request: KubeRequest) {
        guard request.method != .get else { return }
        lines.withLock { $0.append("\(request.method.rawValue) \(request.path)") }
    }
}

/// Notes every write before it is sent.
struct RecordingTransport: KubeTransport {
    let inner: any KubeTransport
    let log: WriteLog

    func send(_ request: KubeRequest) async throws -> KubeResponse {
        log.note(request)
        return try await inner.send(request)
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream {
        try await inner.stream(request)
    }
}
