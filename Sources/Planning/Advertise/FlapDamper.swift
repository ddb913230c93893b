package import BGPEngine
package import BGPTypes

/// Keeps a prefix that comes and goes from being announced as often as it comes.
///
/// A withdrawal always goes out at once, and so does the first return: a rollout takes the last endpoint of a node away and
/// gives it back, and nobody should wait for that. A prefix that is withdrawn again soon after it returned flaps: its next
/// announcement waits, a second at first and twice as long each further time, up to a minute. Once it has stayed announced for
/// longer than ten seconds and than its last pause, all is forgotten. What comes and goes while it waits is not on the wire,
/// and lengthens nothing.
///
/// A prefix is the same to all peers: while it waits no peer is newly told of it, and a peer that has it keeps it. Other
/// attributes are no flap. Time comes in as the time since a beginning of the caller's choice.
package struct FlapDamper: Sendable {
    /// The first pause.
    package static let shortest: Duration = .seconds(1)
    /// The longest.
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

    /// What peers are to be told of some changes now: without the announcements that have to wait, and without the
    /// withdrawals of what they do not have because it waited.
    ///
    /// `isTold` says whether a peer has a prefix. Only withdrawals that `areOfTenants` count: what an administrator takes back
    /// and gives again is meant.
    package mutating func handle(
        _ changes: [RouteChanges],
        areOfTenants: Bool = true,
        at now: Duration,
        isTold: (PeerID, IPPrefix) -> Bool
    ) -> [RouteChanges] {
        sweep(at: now)
        // What was not withdrawn lately neither waits nor begins to.
        if pasts.isEmpty, changes.allSatisfy(\.withdrawn.isEmpty) { return changes }
        return changes.compactMap { change in
            guard let peer = change.peers.first else { return nil }
            let withdrawn = change.withdrawn.filter { pasts[$0] == nil || isTold(peer, $0) }
            if areOfTenants { for prefix in withdrawn { note(withdrawalOf: prefix, at: now) } }
            let announced = change.announced.filter { route in
                pasts[route.prefix] == nil || isTold(peer, route.prefix) || mayReturn(route.prefix, at: now)
            }
            guard !announced.isEmpty || !withdrawn.isEmpty else { return nil }
            return RouteChanges(peers: change.peers, announced: announced, withdrawn: withdrawn)
        }
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

    /// The prefixes that may not be announced yet, sorted by when they may be; all of them count as waiting from now on.
    package mutating func pausePending(at now: Duration) -> [IPPrefix] {
        let paused = pasts.filter { $0.value.end > now }
        for prefix in paused.keys { wait(prefix) }
        return paused.sorted { ($0.value.end, $0.key) < ($1.value.end, $1.key) }.map(\.key)
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
    private mutating func mayReturn(_ prefix: IPPrefix, at now: Duration) -> Bool {
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
