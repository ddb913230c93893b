import BGPTypes

/// The stages of updates that peers have in common, so that what many peers get is worked out and encoded once.
///
/// Peers are in step when they have the same table, are to have the same table, and their updates are encoded alike. Whoever sends to
/// many peers passes the same value to all of them. It forgets what has not been asked for between two calls of
/// ``forgetUnused()``; a peer that is still being sent a stage keeps it for itself and for those that join.
package struct UpdateCache: Sendable {
    /// What makes peers be in step.
    private struct Step: Hashable {
        var from: ObjectIdentifier
        var destination: ObjectIdentifier
        var encoding: SessionEncoding
        /// How far along they are.
        var stage = 0
    }

    /// A stage that someone may still hold.
    ///
    /// Its tables live as long as it does, and their identity with them.
    private struct Known {
        weak var stage: UpdateStage?
    }

    /// Where a peer was stopped on its way.
    private struct Stop: Hashable {
        var stage: ObjectIdentifier
        var messages: Int
    }

    /// A table of which some families have to be announced again.
    private struct Stale: Hashable {
        var table: ObjectIdentifier
        var families: Set<IPFamily>
    }

    private struct Reached {
        weak var stage: UpdateStage?
        var table: RouteTable
    }

    /// More than this are not kept for peers that may still come.
    private static let maximum = 32

    private let limit: Int
    private var known: [Step: Known] = [:]
    private var reached: [Stop: Reached] = [:]
    private var stale: [Stale: (of: RouteTable, table: RouteTable)] = [:]
    private var recent: [Step: UpdateStage] = [:]
    private var used: Set<Step> = []

    /// Starts with none; what leads from one table to another is cut into stages of about `stage` octets.
    package init(stage: Int = 256 << 10) {
        limit = stage
    }

    /// Whether there is nothing to forget.
    package var isEmpty: Bool { known.isEmpty && reached.isEmpty && stale.isEmpty }

    /// How many are remembered.
    package var count: Int { known.count }

    /// The first stage of what leads from one table to another for an encoding.
    mutating func firstStage(
        from: RouteTable,
        to destination: RouteTable,
        encoding: SessionEncoding
    ) -> UpdateStage {
        let step = Step(from: from.identity, destination: destination.identity, encoding: encoding)
        return find(step) { limit in
            UpdateStage(UpdatePlan(from: from, to: destination, encoding: encoding), limit: limit)
        }
    }

    /// The stage after another, which must not be the last.
    mutating func stage(after stage: UpdateStage, encoding: SessionEncoding) -> UpdateStage {
        let plan = stage.plan
        let step = Step(
            from: plan.from.identity,
            destination: plan.destination.identity,
            encoding: encoding,
            stage: stage.index + 1
        )
        return find(step) { UpdateStage(after: stage, limit: $0) }
    }

    private mutating func find(_ step: Step, orMake make: (_ limit: Int) -> UpdateStage) -> UpdateStage {
        defer { used.insert(step) }
        if let found = recent[step] ?? known[step]?.stage {
            recent[step] = found
            return found
        }
        if recent.count >= Self.maximum { forgetUnused() }
        if recent.count >= Self.maximum { recent = [:] }
        let new = make(limit)
        known[step] = Known(stage: new)
        recent[step] = new
        return new
    }

    /// What a peer has that was stopped on its way, the same table for all that were stopped there.
    mutating func table(of stage: UpdateStage, after messages: Int) -> RouteTable {
        let stop = Stop(stage: ObjectIdentifier(stage), messages: messages)
        if let found = reached[stop], found.stage === stage { return found.table }
        let table = stage.plan.reached(stage.place(messages))
        reached[stop] = Reached(stage: stage, table: table)
        return table
    }

    /// A table whose routes of some families a peer has and has to hear of anew, the same for all that have the table.
    mutating func stale(_ table: RouteTable, _ families: [IPFamily]) -> RouteTable {
        let key = Stale(table: table.identity, families: Set(families))
        if let found = stale[key] { return found.table }
        var groups = table.groups
        for family in families {
            let old = groups.filter { $0.key.family == family }
            for key in old.keys { groups[key] = nil }
            groups[RouteTable.Key(family: family, attributes: nil)] = .union(of: old.map(\.value), family: family)
        }
        let new = RouteTable(groups: groups)
        // Kept with what it was made of, whose identity would else be another's one day.
        stale[key] = (table, new)
        return new
    }

    /// Drops what was not asked for since the last call, to be called now and then.
    package mutating func forgetUnused() {
        recent = recent.filter { used.contains($0.key) }
        used = []
        known = known.filter { $0.value.stage != nil }
        reached = [:]
        stale = [:]
    }
}
