import BGPResources
import KubeClient
import KubeModel
import Logging
import ServiceLifecycle

/// Decides when a node whose BGPNodeConfig is gone is let go: at once, unless its owner is gone as well and another
/// BGPClusterConfig selects the node; then only when none came in its place for a while.
struct HandOverKeeper: ServiceLifecycle.Service {
    let loop: SpeakerLoop
    let stores: SpeakerStores
    let client: KubeClient
    /// How long another BGPNodeConfig may take to come.
    let patience: Duration
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        try await untilShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                for await departure in loop.departures {
                    group.addTask { try await follow(departure) }
                }
            }
        }
    }

    private func follow(_ departure: HandOver.Departure) async throws {
        if let heir = await heir(of: departure.owner) {
            logger.notice(
                "the BGPNodeConfig is gone with its owner; the sessions stay for a while, since another takes the node",
                metadata: [
                    "owner": "\(departure.owner.kind)/\(departure.owner.name)", "heir": "\(heir)",
                    "patience": "\(patience)",
                ]
            )
            try await clock.sleep(for: patience)
        }
        await loop.letGo(departure)
    }

    /// Who takes the node now that its owner is gone or going; nil when the owner is there, or nobody else selects the node.
    ///
    /// An API server that does not answer may have anything to say.
    private func heir(of owner: OwnerReference) async -> String? {
        guard owner.kind == BGPClusterConfig.type.kind else { return nil }
        guard let found = try? await client.list(BGPClusterConfig.self) else { return "one that cannot be asked for" }
        let labels = stores.ownNode?.metadata.labels ?? [:]
        let staying = found.items.filter { $0.metadata.deletionTimestamp == nil }
        guard !staying.contains(where: { $0.metadata.uid == owner.uid }) else { return nil }
        return staying.first { $0.spec.nodeSelector?.matches(labels) ?? true }?.metadata.name
    }
}
