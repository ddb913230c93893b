import Addressing
import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import Planning

/// Gives Services of type LoadBalancer their addresses, and says on Services and pools what came of it.
///
/// As long as there was never a pool no Service is touched, so that addresses set by hand or by another controller
/// stay. All knowledge is in the Services' status: a new leader goes on where the last one stopped.
struct AddressReconciler: Sendable {
    let client: KubeClient
    let stores: OperatorStores
    let serviceNetworks: [IPPrefix]
    let recorder: EventRecorder
    let logger: Logger

    /// Allocates after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        var work = AddressWork(stores: stores, serviceNetworks: serviceNetworks)
        var pause = Pause()
        var written = OwnWrites<LoadBalancerIPPool>()
        for await _ in stores.set.signal.changes() where stores.set.isReady {
            // A pool of which no good version was ever seen may be the one that addresses were given from.
            guard !stores.pools.refused.contains(where: { stores.pools.hasUnseen($0.key?.name ?? "") }) else {
                continue
            }
            work.look()
            do {
                try await write(&work, &written)
                pause.reset()
            } catch let error as KubeError {
                logger.warning("a write failed, it is tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
                stores.set.signal.notify()
            }
        }
    }

    private func write(_ work: inout AddressWork, _ written: inout OwnWrites<LoadBalancerIPPool>) async throws {
        var round = WriteRound(logger: logger)
        for key in work.unwritten.sorted() {
            var isRefused = false
            if let service = stores.services.snapshot[key],
                let status = work.status(of: service, now: Timestamp(Date()))
            {
                // Whatever is refused stays unwritten, and is tried again after the pause.
                isRefused = true
                try await round.attempt(service.reference) {
                    try await write(status, to: service)
                    isRefused = false
                }
            }
            if !isRefused { work.unwritten.remove(key) }
        }
        let pools = written.newest(stores.pools.snapshot.objects)
        let statuses = work.statuses(of: pools, now: Timestamp(Date()))
        for pool in pools where !stores.pools.isRefused(pool.metadata.name) {
            guard let status = statuses[pool.metadata.name], status != pool.status else { continue }
            var object = pool
            object.status = status
            try await round.attempt(pool.reference) {
                let answer = try await client.applyStatus(object, fieldManager: ClusterReconciler.fieldManager)
                written.note(answer, to: pool)
            }
        }
        try round.end()
    }

    /// Writes with the version that was decided on, so that a decision on an old one fails and is taken anew.
    private func write(_ status: Service.Status, to service: Service) async throws {
        var object = service
        object.status = status
        var manifest = try object.manifest()
        var metadata = manifest["metadata"]?.object ?? [:]
        for name in metadata.keys where !["name", "namespace", "resourceVersion"].contains(name) {
            metadata[name] = nil
        }
        manifest = .object([
            "apiVersion": manifest["apiVersion"] ?? .null, "kind": manifest["kind"] ?? .null,
            "metadata": .object(metadata), "status": manifest["status"] ?? .object([:]),
        ])
        do {
            _ = try await client.apply(
                Service.type,
                service.key,
                manifest,
                fieldManager: ClusterReconciler.fieldManager,
                force: true,
                subresource: "status"
            )
            if let event = Transitions.event(from: service.status, to: status, on: service) { recorder.record(event) }
        } catch let error as KubeError where error.code == .notFound || error.code == .conflict {
            // Gone, or changed since: the watch brings the newer version, which is looked at again.
            return
        }
    }
}
