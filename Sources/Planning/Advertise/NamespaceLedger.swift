/// How many routes each Service of one namespace may bring to one group of peers, when they want more together than the
/// namespace may bring.
///
/// The older Service comes first, then the name. That is a function of the objects alone, so all nodes agree, a restart
/// changes nothing, and `explain` and `plan` find the same without asking what was announced before. What a Service asks room
/// for does not depend on its endpoints either: a pod that comes and goes moves no other Service's routes. The price is that
/// an older Service which is given more addresses can push out the last of the younger ones; these are of the same namespace,
/// so whoever brings too much harms nobody else.
///
/// Some Services fit, one may fit in part, and the rest does not; only that place moves, so a change costs a search and what
/// it moves.
struct NamespaceLedger {
    /// Where a Service stands in the order.
    struct Place: Hashable, Comparable {
        /// Seconds since 1970; of Services that no server has created infinity, so that they come last.
        let created: Double
        let name: String

        static func < (left: Place, right: Place) -> Bool {
            left.created == right.created ? left.name < right.name : left.created < right.created
        }
    }

    private struct Member {
        let place: Place
        var claims: Int
    }

    private let limit: Int
    /// The Services that ask for room, in their order.
    private var members: [Member] = []
    /// The first Service that does not fit whole.
    private var boundary = 0
    /// What the Services before it take.
    private var used = 0

    /// A namespace that may bring so many routes, with what its Services ask room for.
    init(limit: Int, _ claims: [Place: Int] = [:]) {
        self.limit = limit
        members = claims.filter { $0.value > 0 }.map { Member(place: $0.key, claims: $0.value) }
            .sorted { $0.place < $1.place }
        while boundary < members.count, used + members[boundary].claims <= limit {
            used += members[boundary].claims
            boundary += 1
        }
    }

    /// Notes how many routes a Service asks room for, none for one that is gone; returns the other Services that may have
    /// got another room by that.
    mutating func claim(_ claims: Int, at place: Place) -> Set<Place> {
        let index = members.insertionIndex { $0.place < place }
        let isThere = index < members.count && members[index].place == place
        let before = isThere ? members[index].claims : 0
        guard claims != before else { return [] }
        var moved: Set<Place> = []
        if boundary < members.count { moved.insert(members[boundary].place) }
        if index < boundary { used += claims - before }
        if !isThere {
            members.insert(Member(place: place, claims: claims), at: index)
            if index < boundary { boundary += 1 }
        } else if claims > 0 {
            members[index].claims = claims
        } else {
            members.remove(at: index)
            if index < boundary { boundary -= 1 }
        }
        while used > limit {
            boundary -= 1
            used -= members[boundary].claims
            moved.insert(members[boundary].place)
        }
        while boundary < members.count, used + members[boundary].claims <= limit {
            used += members[boundary].claims
            moved.insert(members[boundary].place)
            boundary += 1
        }
        if boundary < members.count { moved.insert(members[boundary].place) }
        moved.remove(place)
        return moved
    }

    /// How many routes a Service may bring.
    func room(at place: Place) -> Int {
        let index = members.insertionIndex { $0.place < place }
        guard index >= boundary, index < members.count, members[index].place == place else { return .max }
        return index == boundary ? limit - used : 0
    }
}
