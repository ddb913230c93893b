import Planning
import Synchronization

/// Where the newest rendering hangs for readers: the admin page and tests.
final class LastRendering: Sendable {
    private let rendered = Mutex<RenderedCluster?>(nil)

    func show(_ new: RenderedCluster) {
        rendered.withLock { $0 = new }
    }

    var current: RenderedCluster? { rendered.withLock { $0 } }
}
