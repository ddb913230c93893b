import BGPResources
import KubeClient
import KubeModel
import Logging
import Planning
import ServiceLifecycle
import Signals
import Synchronization

/// Reads the other nodes for as long as a drain asks for them.
final class OtherNodes: ServiceLifecycle.Service {
    /// Hears of every change of them, and once they are read.
    let signal = ChangeSignal()
    /// Where they are read; without an API server no other node is known.
    private let client: KubeClient?
    private let logger: Logger
    private let isFollowed = Mutex(false)
    private let stores = Mutex<Stores?>(nil)
    private let request = ChangeSignal()

    private struct Stores: Sendable {
        var set = StoreSet()
        let nodes: ResourceStore<Node>
        let nodeConfigs: ResourceStore<BGPNodeConfig>

        init() {
            nodes = set.register(Node.self)
            nodeConfigs = set.register(BGPNodeConfig.self)
        }
    }

    init(_ client: KubeClient?, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// Begins to read them, or ends that.
    func follow(_ isFollowed: Bool) {
        self.isFollowed.withLock { $0 = isFollowed }
        request.notify()
    }

    /// Whether they are read.
    var isRead: Bool {
        guard isFollowed.withLock({ $0 }) else { return false }
        return client == nil || stores.withLock { $0?.set.isReady ?? false }
    }

    /// Those that are in service; nil while they are not read.
    func inService(beside own: NodeConfiguration) -> [OtherNode]? {
        guard isRead else { return nil }
        guard let stores = stores.withLock({ $0 }) else { return [] }
        return OtherNode.inService(
            besides: own.nodeName,
            nodes: stores.nodes.snapshot.objects,
            nodeConfigs: stores.nodeConfigs.snapshot.objects,
            resources: own
        )
    }

    func run() async throws {
        try await untilShutdown {
            for await _ in self.request.changes() where self.isFollowed.withLock({ $0 }) { try await self.read() }
        }
    }

    /// Reads them until nothing asks for them any more.
    private func read() async throws {
        guard let client else { return signal.notify() }
        let stores = Stores()
        self.stores.withLock { $0 = stores }
        defer { self.stores.withLock { $0 = nil } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let source = APISource(client: client, stores: stores.set, options: WatchOptions(logger: logger))
            group.addTask { try await source.run() }
            group.addTask { for await _ in stores.set.signal.changes() { self.signal.notify() } }
            group.addTask { try await self.request.wait { !self.isFollowed.withLock { $0 } } }
            try await group.next()
        }
    }
}
