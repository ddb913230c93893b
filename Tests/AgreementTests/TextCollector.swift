import Synchronization
import kubectl_bgp

/// Keeps what a command writes.
final class TextCollector: TextSink {
    private let written = Mutex("")

    var text: String { written.withLock(\.self) }

    func write(_ text: String) throws { written.withLock { $0 += text } }
}
