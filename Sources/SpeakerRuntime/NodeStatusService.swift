import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import Pacing
import PlainText
import Planning
import Reconciling
import ServiceLifecycle
import Signals

/// Writes what the speaker sees to the status of its BGPNodeConfig: soon after a change, never without one.
struct NodeStatusService: ServiceLifecycle.Service {
    let client: KubeClient
    let driver: NodeDriver
    let speaker: BGPServer
    /// Says why nothing is kept for the next run, if it is to be.
    let store: StateStore?
    /// What measures the time between a change and its write, and between attempts.
    let clock: any Clock<Duration>
    let logger: Logger

    /// What follows a change within this time is written with it: a new route is wanted first and announced then.
    static let interval: Duration = .milliseconds(250)

    func run() async throws {
        try await untilShutdown {
            var pending = PendingWrites<BGPNodeConfig>()
            try await ReconcileLoop(
                clock: clock,
                pauses: clock,
                backoff: Backoff(first: .seconds(2), longest: .seconds(32), jitter: 0)
            ).run(
                after: { speaker.signal.merged(with: driver.signal, $0) },
                round: {
                    try await clock.sleep(for: Self.interval)
                    try await write(&pending)
                    return nil
                },
                failed: { error in
                    // An object that is gone is no fault; the watch will say so, or it was there after all.
                    logger.log(
                        level: error.code == .notFound ? .debug : .warning,
                        "the status cannot be written, it is tried again",
                        metadata: [.error: "\(error)"]
                    )
                }
            )
        }
    }

    private func write(_ pending: inout PendingWrites<BGPNodeConfig>) async throws {
        let stores = driver.stores
        pending.enter(epoch: stores.nodeConfigs.epoch)
        guard let stored = stores.nodeConfig, !stores.isNodeConfigDeleted,
            let present = pending.newest([stored]).first
        else { return }
        // A configuration that the node has not taken yet must not be confirmed.
        let applied = await driver.read { $0.nodeConfigInForce?.metadata }
        guard applied?.generation == stored.metadata.generation, applied?.uid == stored.metadata.uid else { return }
        let report = await driver.statusReport(
            peers: speaker.snapshot(),
            instances: speaker.instances(),
            stateFault: store?.refusal,
            deletions: stores.deletions.filter(\.isOverdue)
        )
        var wanted = present
        wanted.status = report.status(
            observedGeneration: stored.metadata.generation,
            previous: present.status?.conditions ?? [],
            now: Timestamp(Date())
        )
        guard wanted.status != present.status else { return }
        pending.start(wanted, over: present)
        let metadata = try await StatusWriter(client, fieldManager: "bgp-speaker").write(StatusWrite(wanted))
        pending.answer(metadata, at: wanted.key)
    }
}
