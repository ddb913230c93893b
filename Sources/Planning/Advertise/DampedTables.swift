import BGPEngine
package import BGPTypes

/// What peers are to have, and what of it is announced to them now: all but prefixes that wait because they flap.
///
/// What is announced is always part of what is desired, with the same attributes. While nothing waits the two are the very
/// same tables, and a change costs no more than their comparison.
package struct DampedTables: Sendable {
    /// What peers are to have in the end, and what a restarted speaker announces.
    package private(set) var desired = PeerTables()
    /// What peers are to have now.
    package private(set) var announced = PeerTables()
    private var damper = FlapDamper()

    /// Nothing is desired yet.
    package init() {}

    /// Takes what peers are to have from now on; returns what changes in `announced`.
    ///
    /// Only withdrawals that `areOfTenants` count as flaps: what an administrator takes back and gives again is meant.
    package mutating func update(
        _ new: PeerTables,
        areOfTenants: Bool,
        at now: Duration
    ) -> PeerTables.Change {
        let change = PeerTables.Change(from: desired, to: new)
        let before = announced
        var groups = new.groups
        for index in groups.indices { groups[index].table = change.table(ofGroup: index, in: before) }
        for group in change.groups {
            let had = groups[group.index].table
            let isWhole = had.isIdentical(to: change.table(ofGroup: group.index, in: change.old))
            let waiting = damper.handle(group.difference, announced: had, areOfTenants: areOfTenants, at: now)
            let whole = new.groups[group.index].table
            groups[group.index].table =
                isWhole && waiting.isEmpty ? whole : had.taking(group.difference, but: waiting).whole(of: whole)
        }
        desired = new
        announced = PeerTables(groups)
        let isUndamped = before.isIdentical(to: change.old) && announced.isIdentical(to: new)
        return isUndamped ? change : PeerTables.Change(from: before, to: announced)
    }

    /// Announces what has waited long enough and is still desired; returns what changes in `announced`.
    package mutating func release(at now: Duration) -> PeerTables.Change {
        let before = announced
        let due = damper.release(at: now)
        for index in announced.groups.indices where !due.isEmpty {
            let (desired, announced) = (desired.groups[index].table, announced.groups[index].table)
            let routes = due.compactMap { prefix -> Route? in
                guard announced.attributes(of: prefix) == nil, let attributes = desired.attributes(of: prefix),
                    damper.mayReturn(prefix, at: now)
                else { return nil }
                return Route(prefix: prefix, attributes: attributes)
            }
            self.announced.groups[index].table = announced.merging(RouteTable(routes)).whole(of: desired)
        }
        return PeerTables.Change(from: before, to: announced)
    }

    /// When something may be released; nil when nothing waits.
    package var nextRelease: Duration? { damper.nextRelease }

    /// How many prefixes wait.
    package var waitingCount: Int { damper.awaited }

    /// The prefixes that wait and when they will be announced, by that.
    package var waiting: [(prefix: IPPrefix, end: Duration)] { damper.waiting }

    /// The prefixes that began to flap since this was last asked, in that order.
    package mutating func takeBeginners() -> [IPPrefix] { damper.takeBeginners() }
}

extension RouteTable {
    /// The table after a difference, but for the announcements of some prefixes.
    fileprivate func taking(_ difference: RouteDifference, but waiting: [IPFamily: PrefixSet]) -> RouteTable {
        merging(difference.announced.merging(RouteTable(), withdrawing: waiting), withdrawing: difference.withdrawn)
    }

    /// The other table, of which this is a part, where it is all of it.
    fileprivate func whole(of other: RouteTable) -> RouteTable { count == other.count ? other : self }
}
