import BGPEngine
package import BGPTypes

/// Keeps a prefix that comes and goes from being announced as often as it comes.
///
/// A withdrawal always goes out at once, and so does the first return: a rollout takes the last endpoint of a node away and
/// gives it back, and traffic should not wait for that. A prefix that is withdrawn again soon after it returned flaps: its next
/// announcement waits, a second at first and twice as long each further time, up to a minute. Once it has stayed announced for
/// longer than ten seconds and than its last pause, all is forgotten. What comes and goes while it waits is not on the wire,
/// and lengthens nothing.
///
/// A prefix is the same to all peers: while it waits it is not announced to any further peer, and a peer that has it keeps it. Other
/// attributes are no flap. Time comes in as the time since a beginning of the caller's choice.
package struct FlapDamper: Sendable {
    /// The first pause.
    package static let shortest: Duration = .seconds(1)
    package static let longest: Duration = .seconds(60)
    /// How long a prefix has to stay announced before a withdrawal counts as its first.
    package static let calm: Duration = .seconds(10)
    /// How many prefixes are remembered; what flaps beyond them is announced as it comes.
    package static let capacity = 16_384

    private struct Past {
        /// The last withdrawal.
        var withdrawn: Duration
        /// When it was announced after that; nil while it was not.
        var returned: Duration?
        /// How long after the last withdrawal it may be announced again.
        var pause: Duration = .zero
        /// Whether an announcement waits for that.
        var isAwaited = false

        init(withdrawn: Duration) {
            self.withdrawn = withdrawn
        }

        var end: Duration { withdrawn + pause }

        /// How long it has to stay announced until all is forgotten.
        var probation: Duration { max(FlapDamper.calm, pause) }

        func isOver(at now: Duration) -> Bool {
            !isAwaited && now > (returned ?? end) + probation
        }
    }

    private var pasts: [IPPrefix: Past] = [:]
    /// When it was last looked for what is over.
    private var lastSweep: Duration = .zero
    /// The prefixes that began to flap and were not taken yet.
    private var beginners: [IPPrefix] = []
    /// How many prefixes wait to be announced.
    package private(set) var awaited = 0
    /// When the first of them may be; nil when none waits.
    package private(set) var nextRelease: Duration?

    /// Nothing has been withdrawn yet.
    package init() {}

    /// Takes what changes for peers that have `announced` now; returns the prefixes of it that have to wait.
    ///
    /// Only withdrawals that `areOfTenants` count: what an administrator takes back and gives again is meant.
    mutating func handle(
        _ difference: RouteDifference,
        announced: RouteTable,
        areOfTenants: Bool,
        at now: Duration
    ) -> [IPFamily: PrefixSet] {
        sweep(at: now)
        if areOfTenants {
            for prefix in difference.withdrawn.values.joined()
            where pasts[prefix] == nil || announced.attributes(of: prefix) != nil {
                note(withdrawalOf: prefix, at: now)
            }
        }
        var waiting: [IPFamily: PrefixSet] = [:]
        for family in IPFamily.allCases {
            let returning = announced.lacking(remembered(in: difference.announced, family))
            let held = returning.filter { !mayReturn($0, at: now) }
            if !held.isEmpty { waiting[family] = PrefixSet(held, family: family) }
        }
        return waiting
    }

    /// The prefixes of a table that were withdrawn lately: all others neither wait nor begin to.
    private func remembered(in table: RouteTable, _ family: IPFamily) -> PrefixSet {
        guard !pasts.isEmpty, table.count(family) > 0 else { return PrefixSet(family) }
        let prefixes = table.allPrefixes(family)
        return pasts.count < prefixes.count
            ? PrefixSet(pasts.keys.filter(prefixes.contains), family: family)
            : PrefixSet(prefixes.filter { pasts[$0] != nil }, family: family)
    }

    /// Lets go of what has waited long enough, sorted; what of it is still wanted is to be announced, as any other change.
    package mutating func release(at now: Duration) -> [IPPrefix] {
        guard let nextRelease, nextRelease <= now else { return [] }
        var released: [IPPrefix] = []
        self.nextRelease = nil
        for (prefix, past) in pasts where past.isAwaited {
            if past.end <= now {
                released.append(prefix)
                pasts[prefix]?.isAwaited = false
                awaited -= 1
            } else {
                self.nextRelease = min(self.nextRelease ?? past.end, past.end)
            }
        }
        return released.sorted()
    }

    /// The prefixes that wait to be announced and when they will be, by that.
    package var waiting: [(prefix: IPPrefix, end: Duration)] {
        pasts.filter(\.value.isAwaited).map { ($0.key, $0.value.end) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    /// The prefixes that began to flap since this was last asked, in that order.
    package mutating func takeBeginners() -> [IPPrefix] {
        defer { beginners = [] }
        return beginners
    }

    private mutating func note(withdrawalOf prefix: IPPrefix, at now: Duration) {
        guard var past = pasts[prefix] else {
            if pasts.count < Self.capacity { pasts[prefix] = Past(withdrawn: now) }
            return
        }
        if let returned = past.returned {
            if now - returned > past.probation {
                past.pause = .zero
            } else {
                if past.pause == .zero { beginners.append(prefix) }
                past.pause = past.pause == .zero ? Self.shortest : min(Self.longest, past.pause * 2)
            }
        }
        // Other peers may have lost it before.
        past.withdrawn = now
        past.returned = nil
        pasts[prefix] = past
    }

    /// Whether the prefix may be announced again; from now on it waits for that if it may not.
    mutating func mayReturn(_ prefix: IPPrefix, at now: Duration) -> Bool {
        guard let past = pasts[prefix] else { return true }
        guard past.end <= now else {
            wait(prefix)
            return false
        }
        if past.returned == nil { pasts[prefix]?.returned = now }
        return true
    }

    private mutating func wait(_ prefix: IPPrefix) {
        guard let past = pasts[prefix], !past.isAwaited else { return }
        pasts[prefix]?.isAwaited = true
        awaited += 1
        nextRelease = min(nextRelease ?? past.end, past.end)
    }

    /// Forgets what is over, every now and then.
    private mutating func sweep(at now: Duration) {
        guard !pasts.isEmpty, now - lastSweep >= Self.calm else { return }
        lastSweep = now
        pasts = pasts.filter { !$0.value.isOver(at: now) }
    }
}
