import BGPTypes
import KubeModel
import PlainText

/// What is selected and not announced, looked for at most once a second: a look costs what is held back.
struct RouteReports: Sendable {
    /// What is held back because a tenant brings too much, as it was found last.
    private(set) var excesses: [BoundExcess] = []
    /// Why addresses of Services are announced by no node, as it was found last.
    private(set) var withheld: [Reason] = []
    /// Which version of the decision that was, and when the next may be looked at.
    private var bounds: (version: Int, next: Duration)?
    /// What is selected and not announced for another reason, and in which version of the decision.
    private var causes: (version: Int, causes: [UnannouncedCause])?
    /// What of it the log has, and when it may have more.
    private var reported: (version: Int, next: Duration, codes: Set<ReasonCode>)?
    private var flaps = FlapReport()

    /// The least time between two looks.
    private static let interval: Duration = .seconds(1)

    /// Looks at what is held back if that may be something else than before and the last look is long enough ago.
    mutating func look(at routes: RouteDecision, of node: Event.Subject, now: Duration) -> [NodeEffect] {
        guard let advertiser = routes.advertiser, advertiser.boundVersion != bounds?.version,
            now >= bounds?.next ?? .zero
        else { return [] }
        bounds = (advertiser.boundVersion, now + Self.interval)
        let knownReasons = Set(withheld)
        withheld = advertiser.withheldAddresses()
        let newReasons = withheld.filter { !knownReasons.contains($0) }
        let knownTenants = Set(excesses.map(\.tenant))
        excesses = advertiser.boundExcesses
        let newExcesses = excesses.filter { !knownTenants.contains($0.tenant) }
        var effects: [NodeEffect] = newReasons.isEmpty ? [] : [.report(.addressesWithheld(newReasons))]
        if !newExcesses.isEmpty { effects.append(.report(.boundReached(newExcesses))) }
        // It is one event a tenant and node, and not on the Service, since every node would write one there.
        return effects
            + newExcesses.map {
                .record(
                    EventDraft(
                        level: .warning,
                        reason: .tooManyRoutes,
                        action: "AnnounceRoutes",
                        regarding: node,
                        note: $0.message
                    )
                )
            }
    }

    /// What is selected and not announced as things are now, prefixes that wait because they flap among it.
    mutating func unannounced(_ routes: RouteDecision) -> [UnannouncedCause] {
        let waiting = routes.tables.waiting.map(\.prefix).sorted().map(\.description)
        return present(routes) + (waiting.isEmpty ? [] : [UnannouncedCause(code: .flapping, names: waiting)])
    }

    /// The same without what flaps; a look at all that is kept back, once for each version of the decision.
    private mutating func present(_ routes: RouteDecision) -> [UnannouncedCause] {
        guard let advertiser = routes.advertiser else { return [] }
        if advertiser.unannouncedVersion != causes?.version {
            causes = (advertiser.unannouncedVersion, advertiser.unannouncedCauses)
        }
        return causes?.causes ?? []
    }

    /// Reports what came to be selected and not announced, at most once a second unless `isUrgent`.
    mutating func reportUnannounced(_ routes: inout RouteDecision, isUrgent: Bool, now: Duration) -> [NodeEffect] {
        guard let version = routes.advertiser?.unannouncedVersion, version != reported?.version,
            isUrgent || now >= reported?.next ?? .zero
        else { return [] }
        let before = reported?.codes ?? []
        let fresh = routes.takeFreshlyUnannounced()
        let causes = present(routes)
        reported = (version, now + Self.interval, Set(causes.map(\.code)))
        // Of entries that have nothing to announce the first of each reason is news.
        let known = before.union(fresh.map(\.code))
        let news = (fresh + causes.filter { !known.contains($0.code) }).sorted()
        return news.isEmpty ? [] : [.report(.unannounced(news))]
    }

    /// Reports which prefixes began to flap.
    mutating func reportFlaps(_ routes: inout RouteDecision, now: Duration) -> [NodeEffect] {
        flaps.text(of: routes.takeBeginners(), at: now).map { [.report(.flapping($0))] } ?? []
    }

    /// When the first look that was put off is due.
    func nextLook(_ routes: RouteDecision) -> Duration? {
        guard let advertiser = routes.advertiser else { return nil }
        return [
            bounds.flatMap { $0.version == advertiser.boundVersion ? nil : $0.next },
            reported.flatMap { $0.version == advertiser.unannouncedVersion ? nil : $0.next },
        ].compactMap(\.self).min()
    }
}
