import BGPResources
import BGPTransport
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import Planning
import ServiceLifecycle

/// Writes what the speaker sees to the status of its BGPNodeConfig: soon after a change, never without one.
struct StatusWriter: ServiceLifecycle.Service {
    let client: KubeClient
    let node: String
    let stores: SpeakerStores
    let speaker: BGPServer
    let loop: SpeakerLoop
    /// What measures the time between a change and its write, and between attempts.
    let clock: any Clock<Duration>
    let logger: Logger

    /// What follows a change within this time is written with it: a new route is wanted first and announced then.
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
        var answer: Answer?
        for await _ in changes.changes() {
            do {
                try await clock.sleep(for: failures == 0 ? Self.interval : .seconds(1 << failures))
                try await write(&answer)
                failures = 0
            } catch let error as KubeError {
                failures = min(failures + 1, 5)
                // An object that is gone is no fault; the watch will say so, or it was there after all.
                logger.log(
                    level: error.code == .notFound ? .debug : .warning,
                    "the status cannot be written, it is tried again",
                    metadata: [.error: "\(error)"]
                )
                changes.notify()
            }
        }
    }

    /// What the server made of the last write, and the version that it was decided on.
    private struct Answer {
        var basis: String?
        var object: BGPNodeConfig
        /// Of which past of the server the answer is.
        var epoch: Int

        /// Whether the answer is newer than what the watch has brought.
        ///
        /// The watch may bring what earlier writes made while a later one is already answered; taking that for the
        /// present status would write the same again. Where versions are no numbers any version but the basis counts as
        /// newer, and after a restore of etcd every version does.
        func isAhead(of stored: BGPNodeConfig, inEpoch present: Int) -> Bool {
            guard let version = stored.metadata.resourceVersion, present == epoch else { return false }
            if version == basis { return true }
            guard let answered = object.metadata.resourceVersion else { return false }
            return ResourceVersion.isOlder(version, than: answered) && stored.metadata.uid == object.metadata.uid
        }
    }

    private func write(_ answer: inout Answer?) async throws {
        let epoch = stores.nodeConfigs.epoch
        guard let stored = stores.nodeConfigs.snapshot[ObjectKey(name: node)], !stores.isNodeConfigDeleted,
            await loop.isConfigured
        else { return }
        // The answer to the last write counts until the watch brings something newer, or the same would be written again.
        if answer?.isAhead(of: stored, inEpoch: epoch) == false { answer = nil }
        let present = answer?.object ?? stored
        // A configuration that the loop has not taken yet must not be confirmed.
        let applied = await loop.nodeConfigInForce?.metadata
        guard applied?.generation == stored.metadata.generation, applied?.uid == stored.metadata.uid else { return }
        let report = StatusReport(
            plans: await loop.sessions,
            peers: speaker.snapshot(),
            instances: speaker.instances(),
            gates: await loop.presentGates,
            heldBack: await loop.heldBack,
            excesses: await loop.excesses,
            withheld: await loop.withheld,
            unannounced: await loop.currentlyUnannounced(),
            drainRequest: await loop.drainWish?.request,
            drainFault: DrainRequest.fault(in: stores.ownNode),
            stateFault: loop.stateFault,
            deletions: stores.deletions.filter(\.isOverdue),
            version: stores.version,
            versionSkew: stores.versionSkew,
            node: node
        )
        var wanted = present
        wanted.status = report.status(
            observedGeneration: stored.metadata.generation,
            previous: present.status?.conditions ?? [],
            now: Timestamp(Date())
        )
        guard wanted.status != present.status else { return }
        let object = try await client.applyStatus(wanted, fieldManager: "bgp-speaker")
        answer = Answer(basis: stored.metadata.resourceVersion, object: object, epoch: epoch)
    }
}
