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
    let logger: Logger

    /// Allocates after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        var work = AddressWork(stores: stores, serviceNetworks: serviceNetworks)
        var pause = Pause()
        for await _ in stores.set.signal.changes() where stores.set.isReady {
            work.look()
            do {
                try await write(&work)
                pause.reset()
            } catch let error as KubeError {
                logger.warning("the API server refused a write, it is tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
                stores.set.signal.notify()
            }
        }
    }

    private func write(_ work: inout AddressWork) async throws {
        while let key = work.unwritten.min() {
            if let service = stores.services.snapshot[key],
                let status = work.status(of: service, now: Timestamp(Date()))
            {
                try await write(status, to: service)
            }
            work.unwritten.remove(key)
        }
        let statuses = work.statuses(now: Timestamp(Date()))
        for pool in stores.pools.snapshot.objects {
            guard let status = statuses[pool.metadata.name], status != pool.status else { continue }
            var object = pool
            object.status = status
            _ = try await client.applyStatus(object, fieldManager: ClusterReconciler.fieldManager)
        }
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
        } catch let error as KubeError where error.code == .notFound || error.code == .conflict {
            // Gone, or changed since: the watch brings the newer version, which is looked at again.
            return
        }
    }
}
