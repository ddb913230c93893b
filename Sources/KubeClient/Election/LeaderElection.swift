import FoundationEssentials
package import KubeModel
import LogKeys
package import Logging
import PlainText
import ServiceLifecycle

/// Runs work while this process, of several alike, holds a Lease.
///
/// Losing the lease cancels the work and waits for its end before the process contends again. On shutdown the work is
/// cancelled first and then the lease released, so that a successor starts at once.
package struct LeaderElection<C: Clock<Duration>>: ServiceLifecycle.Service {
    /// The times of an election.
    package struct Timing: Hashable, Sendable {
        /// How long a leader that fell silent keeps the lease.
        package var lease: Duration
        /// How long a leader tries to renew before it gives up; shorter than `lease`.
        package var renewDeadline: Duration
        /// How often the lease is looked at.
        package var retry: Duration

        /// Makes times; 15, 10 and 2 seconds, as Kubernetes' own components, unless told otherwise.
        package init(
            lease: Duration = .seconds(15),
            renewDeadline: Duration = .seconds(10),
            retry: Duration = .seconds(2)
        ) {
            self.lease = lease
            self.renewDeadline = renewDeadline
            self.retry = retry
        }
    }

    private enum End: Sendable {
        case workEnded
        case lost
    }

    private let client: KubeClient
    private let key: ObjectKey
    private let identity: String
    private let timing: Timing
    private let clock: C
    private let logger: Logger
    private let work: @Sendable () async throws -> Void

    /// Prepares an election.
    ///
    /// - Parameters:
    ///   - client: The API server that keeps the lease.
    ///   - key: Namespace and name of the lease; it is created when missing.
    ///   - identity: This process, unlike any other, such as the pod's name.
    ///   - timing: The times.
    ///   - clock: What measures them.
    ///   - logger: Hears who leads.
    ///   - work: What to run while leading; when it returns by itself, so does `run`.
    package init(
        client: KubeClient,
        lease key: ObjectKey,
        identity: String,
        timing: Timing = Timing(),
        clock: C,
        logger: Logger = Logger(label: "martlet.election"),
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.client = client
        self.key = key
        self.identity = identity
        self.timing = timing
        self.clock = clock
        self.logger = logger
        self.work = work
    }

    /// Contends and leads until cancelled or asked to shut down.
    package func run() async throws {
        let start = clock.now
        do {
            // Only the inside is cancelled on graceful shutdown, so that the release below can still be sent.
            try await cancelWhenGracefulShutdown { try await contend(since: start) }
        } catch is CancellationError {
            await release()
            return
        } catch {
            await release()
            throw error
        }
        await release()
    }

    private func contend(since start: C.Instant) async throws {
        var claim = LeaseClaim(identity: identity, duration: timing.lease)
        while true {
            try await acquire(&claim, since: start)
            logger.info("leading", metadata: [.lease: "\(key)", .leaseIdentity: "\(identity)"])
            let held = claim
            let end = try await withThrowingTaskGroup(of: End.self) { group in
                group.addTask {
                    try await work()
                    return .workEnded
                }
                group.addTask {
                    try await renew(held, since: start)
                    return .lost
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .lost
            }
            if case .workEnded = end { return }
            logger.warning("lease lost", metadata: [.lease: "\(key)", .leaseIdentity: "\(identity)"])
            claim = LeaseClaim(identity: identity, duration: timing.lease)
        }
    }

    private func acquire(_ claim: inout LeaseClaim, since start: C.Instant) async throws {
        var holder: String?
        while true {
            do {
                let current = try await attempt(&claim, since: start)
                guard let current else { return }
                if current != holder { logger.info("another leads", metadata: [.leaseHolder: "\(current)"]) }
                holder = current
            } catch let error as KubeError {
                logger.warning("lease cannot be taken", metadata: [.lease: "\(key)", .error: "\(error)"])
            }
            try await clock.sleep(for: timing.retry)
        }
    }

    /// Returns once the lease was not renewed for the deadline, or is another's.
    private func renew(_ held: LeaseClaim, since start: C.Instant) async throws {
        var claim = held
        var renewed = clock.now
        while true {
            let deadline = renewed.advanced(by: timing.renewDeadline)
            try await clock.sleep(until: min(clock.now.advanced(by: timing.retry), deadline), tolerance: nil)
            let asked = clock.now
            guard asked < deadline else { return }
            do {
                guard let outcome = try await attempt(claim, since: start, until: deadline) else { return }
                claim = outcome.claim
                if outcome.holder != nil { return }
                // The lease runs from before the request: its answer may have taken long.
                renewed = asked
            } catch let error as KubeError {
                logger.warning("lease cannot be renewed", metadata: [.lease: "\(key)", .error: "\(error)"])
            }
        }
    }

    /// Tries once to renew; nil when no answer came before the deadline, for a request may hang longer than a lease lasts.
    private func attempt(
        _ held: LeaseClaim,
        since start: C.Instant,
        until deadline: C.Instant
    ) async throws -> (claim: LeaseClaim, holder: String?)? {
        try await withThrowingTaskGroup(of: (claim: LeaseClaim, holder: String?)?.self) { group in
            group.addTask {
                var claim = held
                let holder = try await attempt(&claim, since: start)
                return (claim, holder)
            }
            group.addTask {
                try await clock.sleep(until: deadline, tolerance: nil)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Tries once to take or renew the lease; returns nil when it is ours, or the holder's name.
    private func attempt(_ claim: inout LeaseClaim, since start: C.Instant) async throws -> String? {
        let now = start.duration(to: clock.now)
        let wall = Timestamp(Date())
        var lease = try await client.find(Lease.self, key)
        switch claim.judge(lease?.spec, at: now, wall: wall) {
        case .heldBy(let holder):
            return holder
        case .write(let spec):
            if lease == nil {
                let fresh = Lease(metadata: ObjectMeta(name: key.name, namespace: key.namespace), spec: spec)
                _ = try await client.create(fresh)
            } else if lease?.spec != spec {
                lease?.spec = spec
                if let lease { _ = try await client.update(lease) }
            }
            return nil
        }
    }

    /// Empties the lease if it is ours; without success it runs out by itself.
    private func release() async {
        guard var lease = try? await client.find(Lease.self, key), lease.spec?.holderIdentity == identity else {
            return
        }
        lease.spec?.holderIdentity = ""
        lease.spec?.leaseDurationSeconds = 1
        lease.spec?.renewTime = MicroTimestamp(Timestamp(Date()))
        _ = try? await client.update(lease)
    }
}
