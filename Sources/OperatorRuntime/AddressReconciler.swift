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
/// stay. All knowledge is in the Services' status and in the ledger: a new leader goes on where the last one stopped,
/// and one that does not know yet that it leads no longer can give nothing that is given.
struct AddressReconciler: Sendable {
    let client: KubeClient
    let stores: OperatorStores
    let serviceNetworks: [IPPrefix]
    let pages: ClaimPages
    let recorder: EventRecorder
    let logger: Logger

    /// Allocates after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        var work: AddressWork?
        var pause = Pause()
        var written = OwnWrites<LoadBalancerIPPool>()
        for await _ in stores.set.signal.changes() where stores.set.isReady {
            // A pool of which no good version was ever seen may be the one that addresses were given from.
            guard !stores.pools.refused.contains(where: { stores.pools.hasUnseen($0.key?.name ?? "") }) else {
                continue
            }
            do {
                if work == nil { work = try await begin() }
                // One round at a time, however fast Services come: nothing waits for the last of them.
                let isSettled = try await work?.round(with: self, &written) ?? true
                pause.reset()
                if !isSettled { stores.set.signal.notify() }
            } catch let error as KubeError {
                logger.warning("a write failed, it is tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
                stores.set.signal.notify()
            }
        }
    }

    /// What there is to do, with the claims of those who led before.
    private func begin() async throws -> AddressWork {
        var work = AddressWork(stores: stores, serviceNetworks: serviceNetworks)
        for page in try await pages.all() { work.take(page, of: page.network, isOwn: false) }
        return work
    }
}

extension AddressWork {
    /// Decides and writes once; true when nothing follows from what was written.
    fileprivate mutating func round(
        with reconciler: AddressReconciler,
        _ written: inout OwnWrites<LoadBalancerIPPool>
    ) async throws -> Bool {
        var round = WriteRound(logger: reconciler.logger)
        look()
        var isChanged = try await writeClaims(with: reconciler, &round)
        // Claims of somebody else take their addresses out of what was decided.
        if isChanged { look() }
        isChanged = try await writeStatuses(with: reconciler, &round) || isChanged
        let pools = written.newest(reconciler.stores.pools.snapshot.objects)
        let statuses = statuses(of: pools, now: Timestamp(Date()))
        for pool in pools where !reconciler.stores.pools.isRefused(pool.metadata.name) {
            guard let status = statuses[pool.metadata.name], status != pool.status else { continue }
            var object = pool
            object.status = status
            try await round.attempt(pool.reference) {
                let answer = try await reconciler.client.applyStatus(
                    object,
                    fieldManager: ClusterReconciler.fieldManager
                )
                written.note(answer, to: pool)
            }
        }
        try round.end()
        return !isChanged
    }

    /// Writes what was decided for Services, except what brings an address that is not claimed yet; true when any was.
    private mutating func writeStatuses(
        with reconciler: AddressReconciler,
        _ round: inout WriteRound
    ) async throws -> Bool {
        let now = Timestamp(Date())
        var work: [(service: Service, status: Service.Status)] = []
        for key in unwritten.sorted() {
            guard let service = service(key), let status = status(of: service, now: now) else {
                settle(key)
                continue
            }
            if isClaimed(status, for: service) { work.append((service, status)) }
        }
        var isChanged = false
        while !work.isEmpty {
            try Task.checkCancellation()
            // No two of these are about one Service, and none brings what another takes away: that would not be claimed.
            let batch = work.prefix(16)
            work.removeFirst(batch.count)
            let answers = await withTaskGroup(of: (Int, Result<Service, any Error>).self) { group in
                for (position, (service, status)) in batch.enumerated() {
                    group.addTask {
                        do {
                            return (position, .success(try await reconciler.write(status, to: service)))
                        } catch {
                            return (position, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (position, (service, _)) in batch.enumerated() {
                // Whatever is refused stays unwritten, and is tried again after the pause.
                try await round.attempt(service.reference) {
                    do {
                        guard let answer = try answers[position]?.get() else { return }
                        settle(service.key, answer, to: service)
                        isChanged = true
                    } catch let error as KubeError where error.code == .notFound || error.code == .conflict {
                        // Gone, or changed since: the watch brings the newer version, which is looked at again.
                        settle(service.key)
                    }
                }
            }
        }
        return isChanged
    }

    /// Makes and takes back claims; true when the ledger is another than before.
    private mutating func writeClaims(
        with reconciler: AddressReconciler,
        _ round: inout WriteRound
    ) async throws -> Bool {
        for claim in doubtful(at: .now) {
            try await round.attempt(ObjectReference(kind: Service.type.kind, claim.service)) {
                compare(claim, with: try await reconciler.client.find(Service.self, claim.service))
            }
        }
        var isChanged = false
        for page in changedPages() {
            try await round.attempt(reconciler.pages.reference(page.network)) {
                do {
                    take(try await reconciler.pages.write(page), of: page.network, isOwn: true)
                } catch let error as KubeError where [.conflict, .alreadyExists, .notFound].contains(error.code) {
                    take(try await reconciler.pages.read(page.network), of: page.network, isOwn: false)
                }
                isChanged = true
            }
        }
        return isChanged
    }
}

extension AddressReconciler {
    /// Writes with the version that was decided on, so that a decision on an old one fails and is taken anew.
    fileprivate func write(_ status: Service.Status, to service: Service) async throws -> Service {
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
        let answer = try await client.apply(
            Service.type,
            service.key,
            manifest,
            fieldManager: ClusterReconciler.fieldManager,
            force: true,
            subresource: "status"
        )
        if let event = Transitions.event(from: service.status, to: status, on: service) { recorder.record(event) }
        return try JSON.decode(Service.self, from: answer)
    }
}

extension ObjectReference {
    fileprivate init(kind: String, _ key: ObjectKey) {
        self.init(kind: kind, namespace: key.namespace, name: key.name)
    }
}
