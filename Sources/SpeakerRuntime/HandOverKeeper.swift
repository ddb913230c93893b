import BGPResources
import KubeClient
import KubeModel
import Logging
import ServiceLifecycle

/// Decides when a node whose BGPNodeConfig is gone is let go: at once if its owner is still there, since then the operator
/// deleted it; else when none came in its place for a while.
struct HandOverKeeper: ServiceLifecycle.Service {
    let loop: SpeakerLoop
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
        if await isDeleted(departure.owner) {
            logger.notice(
                "the owner of the BGPNodeConfig is gone with it; the sessions stay for a while, since another may take the node",
                metadata: ["owner": "\(departure.owner.kind)/\(departure.owner.name)", "seconds": "\(patience)"]
            )
            try await clock.sleep(for: patience)
        }
        await loop.letGo(departure)
    }

    /// Whether the owner is gone or going; one that cannot be asked for counts as gone.
    private func isDeleted(_ owner: OwnerReference) async -> Bool {
        guard owner.kind == BGPClusterConfig.type.kind else { return false }
        do {
            guard let found = try await client.find(BGPClusterConfig.self, ObjectKey(name: owner.name)) else {
                return true
            }
            return found.metadata.uid != owner.uid || found.metadata.deletionTimestamp != nil
        } catch {
            return true
        }
    }
}
