import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import Planning
import ServiceLifecycle

/// Writes what the speaker sees to the status of its BGPNodeConfig: soon after a change, never without one.
struct StatusWriter: ServiceLifecycle.Service {
    let client: KubeClient
    let node: String
    let stores: SpeakerStores
    let speaker: BGPSpeaker
    let loop: SpeakerLoop
    let logger: Logger

    /// Changes that come closer together than this make one write.
    static let interval: Duration = .milliseconds(250)

    func run() async throws {
        try await untilShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                let changes = ChangeSignal()
                group.addTask { for await _ in speaker.changes() { changes.notify() } }
                group.addTask { for await _ in stores.set.signal.changes() { changes.notify() } }
                group.addTask { try await follow(changes) }
            }
        }
    }

    private func follow(_ changes: ChangeSignal) async throws {
        var failures = 0
        for await _ in changes.changes() {
            do {
                try await write()
                failures = 0
                try await Task.sleep(for: Self.interval)
            } catch let error as KubeError {
                failures = min(failures + 1, 5)
                logger.warning("the status cannot be written, it is tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1 << failures))
                changes.notify()
            }
        }
    }

    private func write() async throws {
        guard let present = stores.nodeConfigs.snapshot[ObjectKey(name: node)], await loop.isConfigured else { return }
        let report = StatusReport(
            plans: await loop.sessions,
            peers: speaker.snapshot(),
            instances: speaker.instances(),
            gates: await loop.presentGates
        )
        // A configuration that the loop has not taken yet must not be confirmed.
        guard await loop.decision?.configuration.nodeConfig?.metadata.generation == present.metadata.generation else {
            return
        }
        var wanted = present
        wanted.status = report.status(
            observedGeneration: present.metadata.generation,
            previous: present.status?.conditions ?? [],
            now: Timestamp(Date())
        )
        guard wanted.status != present.status else { return }
        do {
            _ = try await client.applyStatus(wanted, fieldManager: "bgp-speaker")
        } catch let error as KubeError where error.code == .notFound {
            return
        }
    }
}
