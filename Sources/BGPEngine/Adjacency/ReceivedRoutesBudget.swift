/// The memory that received routes may take, shared by all peers of a program: first come, first served.
///
/// Half of it at most is for attributes, and the last eighth is for prefixes alone, so that a peer that fills it with
/// attributes does not keep the routes of others from being counted. What a peer no longer needs is free for all.
package struct ReceivedRoutesBudget: Sendable {
    /// Octets that something takes.
    package struct Usage: Hashable, Sendable {
        /// Attributes of routes that are kept.
        package var attributes: Int
        /// Prefixes, of routes that are kept and of those that are only counted.
        package var prefixes: Int

        /// Joins the two.
        package init(attributes: Int = 0, prefixes: Int = 0) {
            self.attributes = attributes
            self.prefixes = prefixes
        }

        /// Both together.
        package var total: Int { attributes + prefixes }
    }

    /// By how many octets something may grow.
    package struct Room: Hashable, Sendable {
        /// By how many for attributes.
        package var attributes: Int
        /// By how many for all.
        package var total: Int

        /// Joins the two.
        package init(attributes: Int, total: Int) {
            self.attributes = attributes
            self.total = total
        }

        /// More than there can be.
        package static let unlimited = Room(attributes: Int.max / 2, total: Int.max / 2)
    }

    /// The share of one session.
    package struct Share: Hashable, Sendable {
        fileprivate let index: Int
    }

    /// What all sessions may take together.
    package let limit: Int
    /// By index; `nil` for one that can be given out again.
    private var shares: [Usage?] = []
    /// What all sessions take together.
    package private(set) var used = Usage()

    /// Nobody has anything yet.
    package init(limit: Int) {
        self.limit = limit
    }

    /// What a session may always keep, as long as there is any memory: a few hundred routes, whoever came first.
    package static let alwaysKept = 32 << 10

    /// Gives out a share with nothing in it.
    package mutating func enter() -> Share {
        if let free = shares.firstIndex(of: nil) {
            shares[free] = Usage()
            return Share(index: free)
        }
        shares.append(Usage())
        return Share(index: shares.count - 1)
    }

    /// Takes a share back with all that is in it.
    package mutating func leave(_ share: Share) {
        set(Usage(), for: share)
        shares[share.index] = nil
    }

    /// Notes what a session takes now.
    package mutating func set(_ usage: Usage, for share: Share) {
        guard let before = shares[share.index] else { return }
        shares[share.index] = usage
        used.attributes += usage.attributes - before.attributes
        used.prefixes += usage.prefixes - before.prefixes
    }

    /// What a session takes as last noted.
    package func usage(of share: Share) -> Usage { shares[share.index] ?? Usage() }

    /// By how much a session may grow.
    package func room(for share: Share) -> Room {
        let total = max(0, limit - used.total)
        let shared = min(limit / 2 - used.attributes, total - limit / 8)
        let own = min(Self.alwaysKept - usage(of: share).attributes, total)
        return Room(attributes: max(0, shared, own), total: total)
    }

    /// The session that takes most; `nil` when none takes anything.
    package var largest: Share? {
        shares.indices.lazy.map { (index: $0, total: shares[$0]?.total ?? 0) }.filter { $0.total > 0 }
            .max { $0.total < $1.total }.map { Share(index: $0.index) }
    }
}
