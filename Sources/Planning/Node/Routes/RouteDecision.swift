import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import PlainText

/// The routes that the node's peers are to have, and what of them is announced now.
struct RouteDecision: Sendable {
    /// The decision; nil before the first.
    private(set) var advertiser: Advertiser?
    private(set) var tables = DampedTables()
    /// When routes came to be as they are.
    private(set) var history = RouteHistory()
    private(set) var limits = AnnounceLimits()
    /// What came that is not decided with yet.
    private var services = ChangedObjects<AnnouncedService>()
    private var endpointSlices = ChangedObjects<ServiceEndpoints>()
    private var changedAdvertisements: [String: BGPAdvertisement?] = [:]
    /// All Advertisements as decisions see them, by name.
    private var advertisements: [String: BGPAdvertisement] = [:]
    /// Whether addresses are somebody else's than when it was last decided.
    var areOwnersOther = false

    /// Takes changed objects, to be decided with next.
    mutating func take(_ changes: ObjectChanges) {
        services.add(changes.services)
        endpointSlices.add(changes.endpointSlices)
        if changes.advertisements.isResync {
            for name in advertisements.keys { changedAdvertisements[name] = .some(nil) }
            advertisements = [:]
        }
        for key in changes.advertisements.keys {
            let object = changes.advertisements[key]?.withoutStatus
            advertisements[key.name] = object
            changedAdvertisements[key.name] = .some(object)
        }
    }

    /// Whether there is anything to decide with.
    var hasNews: Bool {
        !services.isEmpty || !endpointSlices.isEmpty || !changedAdvertisements.isEmpty || areOwnersOther
    }

    /// The Advertisements, by name.
    var knownAdvertisements: [BGPAdvertisement] { advertisements.sorted { $0.key < $1.key }.map(\.value) }

    /// What a decision led to.
    struct Outcome {
        /// Whether anything is decided otherwise than before.
        var isOther = false
        /// Whether it follows from the configuration or an Advertisement.
        var isMeant = false
        /// What changes in what is announced.
        var change: PeerTables.Change?
    }

    /// Brings the decision up to date: with a configuration everything is decided anew, else what changed objects concern.
    ///
    /// Before the first decision it takes a configuration.
    mutating func decide(
        _ configuration: NodeConfiguration?,
        owners: ClusterAddresses,
        at now: Duration
    ) -> Outcome {
        defer {
            services = ChangedObjects()
            endpointSlices = ChangedObjects()
            changedAdvertisements = [:]
            areOwnersOther = false
        }
        // The one copy is taken out while it is changed, so that a change does not copy the world.
        guard var current = advertiser.take() else {
            guard let configuration else { return Outcome() }
            let first = Advertiser(configuration, services: services.all, endpointSlices: endpointSlices.all)
            advertiser = first
            let change = tables.update(first.tables, areOfTenants: false, at: now)
            return Outcome(isOther: true, isMeant: true, change: change)
        }
        if let configuration { current.configure(configuration) }
        let isMeant = configuration != nil || !changedAdvertisements.isEmpty
        let new = current.update(
            addresses: areOwnersOther && configuration == nil ? owners : nil,
            advertisements: configuration == nil ? changedAdvertisements : [:],
            services: services.objects,
            endpointSlices: endpointSlices.objects
        )
        advertiser = current
        let isOther = isMeant || !new.isIdentical(to: tables.desired)
        let change = tables.update(new, areOfTenants: !isMeant, at: now)
        return Outcome(isOther: isOther, isMeant: isMeant, change: change)
    }

    /// Announces what has waited long enough since it flaps; returns what changes in what is announced.
    mutating func release(at now: Duration) -> PeerTables.Change { tables.release(at: now) }

    /// Notes when what is announced became what it is.
    mutating func note(_ change: PeerTables.Change?, at time: Timestamp) {
        if let change, !change.isEmpty { history.note(change, at: time) }
    }

    /// The tables that peers are to have now, within their limits; nil where it takes what an earlier run announced to know.
    ///
    /// `earlier` is what it announced, nil where that was not read yet.
    mutating func announced(
        within announceLimits: [PeerID: Int],
        earlier: [PeerID: RouteTable]?
    ) -> [PeerID: RouteTable]? {
        let all = tables.announced.byPeer
        if earlier == nil, limits.needsEarlier(announceLimits, for: all) { return nil }
        return limits.apply(announceLimits, to: all, earlier: earlier ?? [:])
    }

    /// What the next run announces; with `announced` what is announced now: where nothing is held back that is all there is, with
    /// what waits because it flaps.
    func kept(_ announced: [PeerID: RouteTable]) -> [PeerID: RouteTable] {
        limits.heldBack.isEmpty ? tables.desired.byPeer : announced
    }

    /// What Services have come to keep back since the last call.
    mutating func takeFreshlyUnannounced() -> [UnannouncedCause] { advertiser?.takeFreshlyUnannounced() ?? [] }

    /// The prefixes that began to flap since the last call.
    mutating func takeBeginners() -> [IPPrefix] { tables.takeBeginners() }
}
