import BGPResources
package import BGPTypes
package import KubeModel

/// Gives Services of type LoadBalancer their addresses, and says on Services and pools what came of it: what the operator decides,
/// as a value that is handed what happens and returns what is to be done.
///
/// As long as there was never a pool no Service is touched, and only what the ledger says was given here is ever taken away, so
/// that addresses set by hand or by another controller stay. All knowledge is in the Services' status and in the ledger: a new
/// leader goes on where the last one stopped, and one that does not know yet that it leads no longer can give nothing that is
/// given.
///
/// It works in rounds, and one order at a time is under way:
///
/// ```
///   changed ─→ verify ─verified─→ claim ─claimed─→ write ─answered, written─→ writePools, report, wake
/// ```
///
/// What changes meanwhile is kept for the next stage that decides anew: after `claimed`, since claims of somebody else take their
/// addresses out of what was decided, and for the next round. Elapsed times come with the events.
package struct AddressController: Sendable {
    /// Where a round is.
    enum Stage: Hashable, Sendable {
        /// The ledger is not read yet.
        case starting
        /// A pool that addresses were given from may still come back, until then.
        case settling(until: Duration)
        case idle
        case verifying
        case claiming
        case writing
    }

    var stage = Stage.starting
    /// Whether anything was written in this round, so that another one follows.
    var hasWritten = false
    /// What is to be looked at when the next stage decides.
    var news: AddressChanges?
    var services: any ServiceLookup = NoServices()
    let classes: LoadBalancerClasses
    var allocator: AddressAllocator
    var reserved: ReservedRanges
    var pools = PoolView()
    var claims = ClaimWork()
    var statuses = StatusWork()

    /// `serviceNetworks` are the networks of cluster IPs that the operator was started with.
    package init(serviceNetworks: [IPPrefix], limits: AddressLimits, classes: LoadBalancerClasses) {
        self.classes = classes
        allocator = AddressAllocator(limits: limits)
        reserved = ReservedRanges(serviceNetworks: serviceNetworks)
    }

    /// The claims, and what of them is not as it is to be.
    struct ClaimWork: Sendable {
        var ledger = ClaimLedger()
        /// Everybody who has a claim on an address about which the allocator does not know it yet.
        var new: [IPAddress: [ObjectKey]] = [:]
        /// Services that may lack a claim, or have one they no longer need.
        var pending: Set<ObjectKey> = []
        /// Claims that were to be verified lately, and since when.
        var asked: [AddressClaim: Duration] = [:]
    }

    /// The statuses of Services that are not as they are to be.
    struct StatusWork: Sendable {
        /// Services whose outcome may differ from their status.
        var unwritten: Set<ObjectKey> = []
        var refused = RefusedWrites()
        var writes = PendingWrites<AddressedService>()
        /// What is under way to the server.
        var started: [ObjectKey: Service.Status] = [:]
        /// What Services lost whose status does not say so yet.
        var losses: [ObjectKey: [AddressLoss]] = [:]
    }

    private struct NoServices: ServiceLookup {
        subscript(key: ObjectKey) -> AddressedService? { nil }
    }

    /// Moves on by one event; the effects are to be carried out in order.
    package mutating func handle(_ event: AddressEvent, at now: Moment) -> [AddressEffect] {
        switch event {
        case .ledgerRead(let pages):
            for page in pages { take(page, of: page.network, isOwn: false) }
            stage = .idle
            return begin(at: now)
        case .changed(let changes):
            if news == nil { news = changes } else { news?.merge(changes) }
            return noticeInvalidServices(changes) + begin(at: now)
        case .verified(let answers):
            guard stage == .verifying else { return [] }
            for answer in answers { compare(answer.claim, with: answer.service) }
            return claim(at: now)
        case .claimed(let answers):
            guard stage == .claiming else { return [] }
            for answer in answers { take(answer.page, of: answer.network, isOwn: answer.isOwn) }
            hasWritten = hasWritten || !answers.isEmpty
            update()
            return write(at: now)
        case .answered(let key, let answer):
            return stage == .writing ? take(answer, of: key, at: now) : []
        case .written:
            return stage == .writing ? finish(at: now) : []
        case .poolWritten(let key, let metadata):
            pools.answer(metadata, at: key)
            return []
        case .interrupted:
            switch stage {
            case .verifying, .claiming, .writing: stage = .idle
            case .starting, .settling, .idle: break
            }
            return []
        }
    }

    /// Begins a round, if none is under way and enough is known.
    private mutating func begin(at now: Moment) -> [AddressEffect] {
        if case .settling(let until) = stage {
            guard until <= now.elapsed else { return [.wake(after: until - now.elapsed)] }
            stage = .idle
        }
        guard stage == .idle, news?.hasUnknownPool != true, news != nil || pools.layouts != nil else { return [] }
        // An operator that has just started waits before it decides if addresses were given from a pool that is not there.
        if pools.layouts == nil, let news, let rest = news.settlingTime, misses(news.pools) {
            stage = .settling(until: now.elapsed + rest)
            return [.wake(after: rest)]
        }
        hasWritten = false
        update()
        let unverified = unverified(at: now.elapsed)
        guard unverified.isEmpty else {
            stage = .verifying
            return [.verify(unverified)]
        }
        return claim(at: now)
    }

    /// Whether addresses were given that lie in none of some pools.
    private func misses(_ pools: [LoadBalancerIPPool]) -> Bool {
        let layouts = pools.map { PoolLayout($0) }
        return claims.ledger.addresses.contains { address in !layouts.contains { $0.contains(address) } }
    }

    private mutating func claim(at now: Moment) -> [AddressEffect] {
        let pages = changedPages()
        guard pages.isEmpty else {
            stage = .claiming
            return [.claim(pages)]
        }
        return write(at: now)
    }

    private mutating func write(at now: Moment) -> [AddressEffect] {
        let writes = statusWrites(at: now)
        guard writes.isEmpty else {
            stage = .writing
            return [.write(writes)]
        }
        return finish(at: now)
    }

    private mutating func finish(at now: Moment) -> [AddressEffect] {
        stage = .idle
        let statuses = allocator.poolStatuses(of: pools.pools, now: now.time)
        var effects: [AddressEffect] = [
            .report(
                AddressReport(
                    pools: statuses,
                    disabledPools: Set(pools.pools.filter(\.spec.isDisabled).map(\.metadata.name)),
                    services: serviceCounts
                )
            )
        ]
        let writes = pools.statusWrites(statuses)
        if !writes.isEmpty { effects.append(.writePools(writes)) }
        if hasWritten || news != nil {
            effects.append(.wake(after: .zero))
        } else if let next = self.statuses.refused.next {
            effects.append(.wake(after: max(.zero, next - now.elapsed)))
        }
        return effects
    }

    /// How many Services have what they ask for; none are waited for where there was never a pool.
    private var serviceCounts: ServiceCounts {
        allocator.hasPools || !claims.ledger.pages.isEmpty ? allocator.serviceCounts : ServiceCounts()
    }
}
