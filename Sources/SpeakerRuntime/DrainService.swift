import BGPResources
import KubeClient
import KubeModel
import LogKeys
import Logging
import Planning
import ServiceLifecycle
import Signals

/// Takes the node out of service and back, as its Node's annotation says.
///
/// First all service routes carry GRACEFUL_SHUTDOWN, so that routers choose other paths while this one still works; after
/// the grace period they are withdrawn. What no other node announces stays: the keeper follows all Nodes and
/// BGPNodeConfigs for as long as the drain lasts, and decides with the others' own function what they announce.
struct DrainService: ServiceLifecycle.Service {
    let node: String
    let stores: SpeakerStores
    let loop: SpeakerLoop
    /// Where the other nodes are read; without an API server nobody else is known, and everything is kept unless forced.
    let client: KubeClient?
    let clock: any Clock<Duration>
    let logger: Logger

    /// How long other nodes may be unknown before a drain of an earlier run is begun anew.
    static let patience: Duration = .seconds(5)

    /// The least time between two looks at who else announces.
    static let interval: Duration = .seconds(1)

    func run() async throws {
        try await untilShutdown {
            try await stores.set.waitUntilReady()
            var isWithdrawn = stores.wasWithdrawn
            for await _ in stores.settings.changes() {
                guard let wish = stores.drainWish else {
                    isWithdrawn = false
                    continue
                }
                logger.notice("draining", metadata: [.drainForced: "\(wish.isForced)"])
                isWithdrawn = try await follow(wish, isWithdrawn: isWithdrawn)
            }
        }
    }

    /// Drains until the wish is another; says whether routes have been withdrawn meanwhile.
    private func follow(_ wish: DrainRequest, isWithdrawn: Bool) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await drain(wish, isWithdrawn: isWithdrawn) }
            group.addTask { try await stores.settings.wait { stores.drainWish != wish } }
            try await group.next()
        }
        return await loop.presentGates.drain.isWithdrawn
    }

    private func drain(_ wish: DrainRequest, isWithdrawn: Bool) async throws {
        if !isWithdrawn {
            await loop.setDrain(.shuttingDown)
            try await clock.sleep(for: .seconds(wish.gracePeriodSeconds))
        }
        if wish.isForced {
            await loop.setDrain(.drained(keeping: []))
        } else if let client {
            try await keepLast(client, isWithdrawn: isWithdrawn)
        } else {
            for await _ in stores.set.signal.changes() { try await keep(beside: []) }
        }
        // The other task ends this one when the wish changes.
        try await stores.set.signal.wait { false }
    }

    /// Keeps what nobody else announces, for as long as that is so.
    private func keepLast(_ client: KubeClient, isWithdrawn: Bool) async throws {
        var others = StoreSet()
        let nodes = others.register(Node.self)
        let nodeConfigs = others.register(BGPNodeConfig.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let source = APISource(client: client, stores: others, options: WatchOptions(logger: logger))
            group.addTask { try await source.run() }
            if isWithdrawn {
                group.addTask {
                    try await clock.sleep(for: Self.patience)
                    // Routes that ask not to be preferred are better than none.
                    if await loop.presentGates.drain == .none { await loop.setDrain(.shuttingDown) }
                }
            }
            for await _ in others.signal.merged(with: stores.set.signal) where others.isReady {
                guard let resources = await loop.resources() else { continue }
                try await keep(
                    beside: OtherNode.inService(
                        besides: node,
                        nodes: nodes.snapshot.objects,
                        nodeConfigs: nodeConfigs.snapshot.objects,
                        resources: resources
                    )
                )
            }
        }
    }

    private func keep(beside others: [OtherNode]) async throws {
        if let own = await loop.resources() {
            let kept = lastAnnounced(
                by: own,
                others: others,
                services: stores.services.snapshot.objects,
                endpointSlices: stores.endpointSlices.snapshot.objects
            )
            await loop.setDrain(.drained(keeping: kept))
        }
        try await Task.sleep(for: Self.interval)
    }
}

extension NodeGates.Drain {
    /// Whether routes have been withdrawn.
    fileprivate var isWithdrawn: Bool {
        if case .drained = self { true } else { false }
    }
}
