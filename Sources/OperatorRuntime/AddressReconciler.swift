import BGPResources
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning
import Reconciling
import Signals

/// Drives an `AddressController`: hands it what the stores and the server say, and carries out what it orders.
struct AddressReconciler: Sendable {
    let client: KubeClient
    let stores: OperatorStores
    let controller: AddressController
    let pages: ClaimPages
    let recorder: EventRecorder
    let fleet: FleetBoard
    let metrics: ReconcileMetrics
    let logger: Logger

    /// Allocates after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        defer { metrics.stop() }
        let clock = stores.patience.clock
        let readers = AddressReaders(stores)
        var driver = AddressDriver(reconciler: self, controller: controller, elapsed: clock.stopwatch())
        var hasLedger = false
        try await ReconcileLoop(clock: clock).run(
            after: { stores.set.signal.merged(with: $0) },
            round: {
                guard stores.set.isReady else { return nil }
                if !hasLedger { driver.handle(.ledgerRead(try await pages.all())) }
                hasLedger = true
                // One round at a time, however fast Services come: nothing waits for the last of them.
                return try await metrics.measure { try await driver.round(readers.read()) }
            },
            failed: { logger.warning("a write failed, it is tried again", metadata: [.error: "\($0)"]) }
        )
    }
}

/// The controller and the effects that are not carried out yet.
private struct AddressDriver {
    let reconciler: AddressReconciler
    var controller: AddressController
    let elapsed: @Sendable () -> Duration
    private var effects: ArraySlice<AddressEffect> = []
    private var wait: Duration?

    init(reconciler: AddressReconciler, controller: AddressController, elapsed: @escaping @Sendable () -> Duration) {
        self.reconciler = reconciler
        self.controller = controller
        self.elapsed = elapsed
    }

    mutating func handle(_ event: AddressEvent) {
        let new = controller.handle(event, at: Moment(elapsed: elapsed(), time: Timestamp(Date())))
        reconciler.logger.decided(event.words, new.compactMap(\.words))
        effects += new
    }

    /// Makes one round; returns how long until the next one at the latest.
    mutating func round(_ changes: AddressChanges) async throws -> Duration? {
        var round = WriteRound(reconciler.client, logger: reconciler.logger)
        wait = nil
        effects = []
        handle(.changed(changes))
        do {
            while let effect = effects.popFirst() { try await perform(effect, &round) }
        } catch {
            handle(.interrupted)
            throw error
        }
        try round.end()
        return wait
    }

    private mutating func perform(_ effect: AddressEffect, _ round: inout WriteRound) async throws {
        switch effect {
        case .verify(let claims): try await verify(claims, &round)
        case .claim(let pages): try await claim(pages, &round)
        case .write(let statuses): try await write(statuses, &round)
        case .writePools(let pools):
            let writer = StatusWriter(reconciler.client, fieldManager: ClusterReconciler.fieldManager)
            try await writer.write(try pools.map { try StatusWrite($0) }, in: &round) {
                handle(.poolWritten($0.key, $1))
            }
        case .report(let report): reconciler.fleet.show(report)
        case .record(let event): reconciler.recorder.record(event)
        case .wake(let after): wait = after
        }
    }

    private mutating func verify(_ claims: [AddressClaim], _ round: inout WriteRound) async throws {
        let client = reconciler.client
        let verified = try await round.attempt(
            each: claims,
            named: { ObjectReference(kind: Service.type.kind, namespace: $0.service.namespace, name: $0.service.name) },
            { VerifiedClaim($0, try await client.find(AddressedService.self, $0.service)) }
        )
        handle(.verified(verified))
    }

    private mutating func claim(_ changed: [ClaimPage], _ round: inout WriteRound) async throws {
        let pages = reconciler.pages
        let answers = try await round.attempt(each: changed, named: { pages.reference($0.network) }) { page in
            do {
                return ClaimAnswer(page.network, try await pages.write(page), isOwn: true)
            } catch let error as KubeError where [.conflict, .alreadyExists, .notFound].contains(error.code) {
                return ClaimAnswer(page.network, try await pages.read(page.network), isOwn: false)
            }
        }
        handle(.claimed(answers))
    }

    /// So many requests are held at a time: one is 2 kB, and fifty thousand Services can be waiting for theirs.
    private static let longestPart = 2048

    private mutating func write(_ statuses: [ServiceStatusWrite], _ round: inout WriteRound) async throws {
        var next = 0
        var refused = 0
        while next < statuses.count {
            let end = min(next + Self.longestPart, statuses.count)
            try await write(statuses[next..<end], &round, &refused)
            next = end
        }
        if refused > Self.mostNamed {
            reconciler.logger.warning(
                "the statuses of more services were refused",
                metadata: [.objectCount: "\(refused - Self.mostNamed)"]
            )
        }
        handle(.written)
    }

    private mutating func write(
        _ statuses: ArraySlice<ServiceStatusWrite>,
        _ round: inout WriteRound,
        _ refused: inout Int
    ) async throws {
        let writes = try statuses.map { WriteRound.Write($0.service.reference, try Self.request($0)) }
        let start = statuses.startIndex
        try await round.send(writes) { place, answer in
            let service = statuses[start + place].service
            switch answer {
            case .success(let metadata):
                handle(.answered(service.key, .written(metadata)))
            case .failure(let error) where error.code == .notFound || error.code == .conflict:
                handle(.answered(service.key, .overtaken))
            case .failure(let error) where error.isAboutObject:
                refused += 1
                if refused <= Self.mostNamed { warn(error, about: service) }
                handle(.answered(service.key, .refused("\(error)")))
            case .failure(let error):
                throw error
            }
        }
    }

    private static func request(_ write: ServiceStatusWrite) throws -> KubeRequest {
        let (key, manager) = (write.service.key, ClusterReconciler.fieldManager)
        guard !write.isPatch else {
            let options = WriteOptions(fieldManager: manager, subresource: "status")
            return .patch(Service.type, key, .merge(try write.body()), options)
        }
        return .apply(
            Service.type,
            key,
            try write.body(),
            fieldManager: manager,
            force: true,
            subresource: "status"
        )
    }

    /// About how many services of a round the log says by name that their status was refused.
    private static let mostNamed = 5

    private func warn(_ error: KubeError, about service: AddressedService) {
        reconciler.logger.warning(
            "the API server refuses the status of a service, it is tried again",
            metadata: [.object: "\(service.reference)", .error: "\("\(error)".asMessage)"]
        )
    }
}

extension KubeError {
    /// Whether the server refuses a write for what is in the object, so that others can well be written.
    fileprivate var isAboutObject: Bool {
        switch code {
        case .invalid, .badRequest, .refused, .forbidden: true
        // What etcd refuses for its size comes as an error of the server.
        case .serverError: message.contains("too large")
        case .unreachable, .timedOut, .configuration, .unauthorized, .notFound, .alreadyExists, .conflict, .expired,
            .tooManyRequests, .undecodable, .tooLong:
            false
        }
    }
}
