import BGPResources
import BGPTypes
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning
import Reconciling
import Signals

/// Gives Services of type LoadBalancer their addresses, and says on Services and pools what came of it.
///
/// As long as there was never a pool no Service is touched, and only what the ledger says was given here is ever taken
/// away, so that addresses set by hand or by another controller stay. All knowledge is in the Services' status and in the ledger: a new leader goes on where the last one stopped,
/// and one that does not know yet that it leads no longer can give nothing that is given.
struct AddressReconciler: Sendable {
    let client: KubeClient
    let stores: OperatorStores
    let serviceNetworks: [IPPrefix]
    let limits: AddressLimits
    let classes: LoadBalancerClasses
    let pages: ClaimPages
    let recorder: EventRecorder
    let fleet: FleetBoard
    let metrics: ReconcileMetrics
    let logger: Logger

    /// About how many Services that cannot be read events are written; the log has all.
    private static let mostTold = 16

    /// Allocates after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            defer {
                group.cancelAll()
                metrics.stop()
            }
            var work: AddressWork?
            var pause = Pause()
            var written = PendingWrites<LoadBalancerIPPool>()
            var alarm: ContinuousClock.Instant?
            for await _ in stores.set.signal.changes() where stores.set.isReady {
                stores.services.refused.prefix(Self.mostTold).compactMap(ConditionEvents.unreadService)
                    .forEach(recorder.record)
                // A pool of which no good version was ever seen may be the one that addresses were given from.
                guard !stores.pools.refused.contains(where: { stores.pools.hasNeverBeenValid($0.key?.name ?? "") })
                else {
                    continue
                }
                do {
                    if work == nil {
                        work = try await begin()
                        if let pause = work?.pause() { try await stores.patience.clock.sleep(for: pause) }
                    }
                    // One round at a time, however fast Services come: nothing waits for the last of them.
                    let isSettled = try await metrics.measure { try await work?.round(with: self, &written) ?? true }
                    pause.reset()
                    if !isSettled { stores.set.signal.notify() }
                } catch let error as KubeError {
                    logger.warning("a write failed, it is tried again", metadata: [.error: "\(error)"])
                    try await Task.sleep(for: pause.next())
                    stores.set.signal.notify()
                }
                guard let next = work?.refusals.next, alarm.map({ next < $0 || $0 <= .now }) ?? true else { continue }
                alarm = next
                group.addTask {
                    do { try await Task.sleep(until: next, clock: .continuous) } catch { return }
                    stores.set.signal.notify()
                }
            }
        }
    }

    /// What there is to do, with the claims of those who led before.
    private func begin() async throws -> AddressWork {
        var work = AddressWork(
            stores: stores,
            serviceNetworks: serviceNetworks,
            limits: limits,
            classes: classes
        )
        for page in try await pages.all() { work.take(page, of: page.network, isOwn: false) }
        return work
    }
}

extension AddressWork {
    /// Decides and writes once; true when nothing follows from what was written.
    fileprivate mutating func round(
        with reconciler: AddressReconciler,
        _ written: inout PendingWrites<LoadBalancerIPPool>
    ) async throws -> Bool {
        var round = WriteRound(reconciler.client, logger: reconciler.logger)
        look()
        var isChanged = try await writeClaims(with: reconciler, &round)
        // Claims of somebody else take their addresses out of what was decided.
        if isChanged { look() }
        isChanged = try await writeStatuses(with: reconciler, &round) || isChanged
        let pools = written.newest(reconciler.stores.pools.snapshot.objects)
        let statuses = statuses(of: pools, now: Timestamp(Date()))
        reconciler.fleet.show(
            statuses,
            disabled: Set(pools.filter(\.spec.isDisabled).map(\.metadata.name)),
            serviceCounts
        )
        for pool in pools
        where !reconciler.stores.pools.isRefused(pool.metadata.name)
            && !reconciler.stores.pools.isDeleted(pool.key)
        {
            guard let status = statuses[pool.metadata.name], status != pool.status else { continue }
            var object = pool
            object.status = status
            try await round.attempt(pool.reference) {
                let write = try StatusWrite(object)
                var answer = object
                answer.metadata.resourceVersion = try await reconciler.client.apply(
                    write.type,
                    write.key,
                    write.manifest,
                    fieldManager: ClusterReconciler.fieldManager,
                    force: true,
                    subresource: "status"
                ).resourceVersion
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
        takeUp(at: .now)
        var work: [(service: AddressedService, status: Service.Status)] = []
        for key in unwritten.sorted() {
            guard let service = service(key), let status = status(of: service, now: now) else {
                losses[key] = nil
                settle(key)
                continue
            }
            if isClaimed(status, for: service) { work.append((service, status)) }
        }
        return try await write(work, with: reconciler, &round)
    }

    /// Makes writes, many at a time; true when any was made.
    ///
    /// No two are about one Service, and none brings what another takes away: that would not be claimed.
    private mutating func write(
        _ work: [(service: AddressedService, status: Service.Status)],
        with reconciler: AddressReconciler,
        _ round: inout WriteRound
    ) async throws -> Bool {
        var isChanged = false
        var failure: (any Error)?
        var refused = 0
        let requests = try work.map { try reconciler.request($0.status, of: $0.service) }
        await reconciler.client.send(requests) { place, answer in
            let (service, status) = work[place]
            do {
                // Whatever is refused stays unwritten, and is tried again after the pause.
                try await round.attempt(service.reference) {
                    do {
                        let written = try reconciler.written(status, to: service, try answer.get())
                        ConditionEvents.events(from: service.status, to: status, losses[service.key] ?? [], on: service)
                            .forEach(reconciler.recorder.record)
                        settle(service.key, written, to: service)
                        // The condition follows, if there is to be one.
                        if status.conditions == nil { unwritten.insert(service.key) }
                        isChanged = true
                    } catch let error as KubeError where error.code == .notFound || error.code == .conflict {
                        // Gone, or changed since: the watch brings the newer version, which is looked at again.
                        settle(service.key)
                    } catch let error as KubeError where error.isAboutObject {
                        putAside(service.key, at: .now)
                        refused += 1
                        reconciler.tell(error, about: service, isNamed: refused <= 5)
                    }
                }
            } catch {
                failure = failure ?? error
            }
            return failure == nil
        }
        try Task.checkCancellation()
        if refused > 5 {
            let more = refused - 5
            reconciler.logger.warning("the statuses of more services were refused", metadata: [.objectCount: "\(more)"])
        }
        if let failure { throw failure }
        return isChanged
    }

    /// Makes and takes back claims; true when the ledger is another than before.
    private mutating func writeClaims(
        with reconciler: AddressReconciler,
        _ round: inout WriteRound
    ) async throws -> Bool {
        for claim in doubtful(at: .now) {
            try await round.attempt(ObjectReference(kind: Service.type.kind, claim.service)) {
                compare(claim, with: try await reconciler.client.find(AddressedService.self, claim.service))
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
    /// A write with the version that was decided on, so that a decision on an old one fails and is taken anew.
    ///
    /// A list without a condition is what others gave, less what was ours: applied, it would be ours, and go with the next
    /// write that leaves it out, so that it is patched.
    fileprivate func request(_ status: Service.Status, of service: AddressedService) throws -> KubeRequest {
        var metadata: [String: JSONValue] = ["name": .string(service.metadata.name)]
        metadata["namespace"] = service.metadata.namespace.map(JSONValue.string)
        metadata["resourceVersion"] = service.metadata.resourceVersion.map(JSONValue.string)
        if status.conditions == nil, status.loadBalancer?.ingress?.isEmpty == false {
            metadata["name"] = nil
            metadata["namespace"] = nil
            return KubeRequest.patch(
                Service.type,
                service.key,
                .merge(["metadata": .object(metadata), "status": try JSON.tree(status)]),
                WriteOptions(fieldManager: ClusterReconciler.fieldManager, subresource: "status")
            )
        }
        return KubeRequest.apply(
            Service.type,
            service.key,
            [
                "apiVersion": .string(Service.type.apiVersion), "kind": .string(Service.type.kind),
                "metadata": .object(metadata), "status": try JSON.tree(status),
            ],
            fieldManager: ClusterReconciler.fieldManager,
            force: true,
            subresource: "status"
        )
    }

    /// Tells the tenant, and in the log, that a Service's status is not taken: nothing else can show on the Service.
    fileprivate func tell(_ error: KubeError, about service: AddressedService, isNamed: Bool) {
        recorder.record(
            EventDraft(
                level: .warning,
                reason: "StatusRefused",
                action: "AllocateAddress",
                regarding: service.eventSubject,
                note: "the API server refuses this service's status, which is tried again: \(error)"
            )
        )
        guard isNamed else { return }
        logger.warning(
            "the API server refuses the status of a service, it is tried again",
            metadata: [.object: "\(service.reference)", .error: "\("\(error)".asMessage)"]
        )
    }

    /// The Service as it is after a write; throws `KubeError` for an answer that cannot be decoded.
    fileprivate func written(
        _ status: Service.Status,
        to service: AddressedService,
        _ answer: KubeResponse
    ) throws -> AddressedService {
        // All else is as it was in the version that was written on, and need not be read again.
        guard let tree = try? JSON.read(answer.body, leavingOut: ["managedFields", "spec", "labels", "annotations"]),
            let version = tree["metadata"]?["resourceVersion"]?.string,
            let present = try? JSON.decode(Service.Status?.self, from: tree["status"] ?? .null)
        else {
            throw KubeError(.undecodable, "the answer to the status of \(service.reference) cannot be decoded")
        }
        var object = service
        object.status = present
        object.metadata.resourceVersion = version
        return object
    }
}

extension ObjectReference {
    fileprivate init(kind: String, _ key: ObjectKey) {
        self.init(kind: kind, namespace: key.namespace, name: key.name)
    }
}
