import KubeModel

/// Who has one address or a claim on it, and what of that decides who else can have it.
///
/// Nearly every address has one holder at most, and costs little more than the holder's name.
struct AddressHolders: Sendable {
    private enum State: Sendable {
        /// Somebody has it, or may have it, or both, and nobody else is concerned.
        case one(ObjectKey, has: Bool, mayHave: Bool)
        /// Anything else; a list of one, since that can be changed where it lies, and has a place of its own.
        case any([Content])
    }

    fileprivate struct Content: Sendable {
        var services: Set<ObjectKey> = []
        var misfits: Set<ObjectKey> = []
        var withheld: Set<ObjectKey> = []
        var claims: Set<ObjectKey> = []
        var claimants: Set<ObjectKey> = []
        var strangers: Set<ObjectKey> = []
        var sharers: Sharers?
    }

    private var state = State.any([])

    /// Who has it.
    var services: Set<ObjectKey> {
        switch state {
        case .one(let service, let has, _): has ? [service] : []
        case .any(let content): content.first?.services ?? []
        }
    }

    /// Those of them that the others cannot share it with any more, and that keep it all the same.
    var misfits: Set<ObjectKey> { content?.misfits ?? [] }
    /// For whom it is kept who cannot have it at present.
    var withheld: Set<ObjectKey> { content?.withheld ?? [] }

    /// Who may have it, as the ledger says.
    var claims: Set<ObjectKey> {
        switch state {
        case .one(let service, _, let mayHave): mayHave ? [service] : []
        case .any(let content): content.first?.claims ?? []
        }
    }

    /// Who has a claim, or is to get it back, and does not have it.
    var claimants: Set<ObjectKey> {
        switch state {
        case .one(let service, let has, let mayHave): mayHave && !has ? [service] : []
        case .any(let content): content.first?.claimants ?? []
        }
    }

    /// Who has it from somebody else, as the status says.
    var strangers: Set<ObjectKey> { content?.strangers ?? [] }
    /// What those have in common who share it; nil when it is not shared.
    var sharers: Sharers? { content?.sharers }

    private var content: Content? {
        guard case .any(let content) = state else { return nil }
        return content.first
    }

    var isEmpty: Bool {
        switch state {
        case .one(_, let has, let mayHave): !has && !mayHave
        case .any(let content): content.first?.isEmpty ?? true
        }
    }

    /// Whether some of those concerned could fare better when another changes.
    var isTense: Bool { content.map { !$0.withheld.isEmpty || !$0.misfits.isEmpty } ?? false }

    func concerns(_ service: ObjectKey) -> Bool {
        switch state {
        case .one(let one, let has, _): has && one == service
        case .any(let content):
            content.first.map { $0.services.contains(service) || $0.withheld.contains(service) } ?? false
        }
    }

    /// Changes what is known where it lies.
    private mutating func change(_ body: (inout Content) -> Void) {
        var list: [Content]
        switch state {
        case .one(let service, let has, let mayHave):
            var content = Content()
            if has { content.services = [service] }
            if mayHave { content.claims = [service] }
            if mayHave, !has { content.claimants = [service] }
            list = [content]
        case .any(let content): list = content.isEmpty ? [Content()] : content
        }
        state = .any([])
        body(&list[0])
        state = list[0].alone.map { .one($0.service, has: $0.has, mayHave: $0.mayHave) } ?? .any(list)
    }

    /// Adds a Service; `first` is what decides about sharing of the one that has it alone until now.
    mutating func add(
        _ service: ObjectKey,
        _ sharing: AddressRequest.Sharing,
        isMisfit: Bool,
        first: (service: ObjectKey, sharing: AddressRequest.Sharing)?
    ) {
        change { content in
            if content.sharers == nil, let first {
                content.sharers = Sharers(first.sharing)
                content.sharers?.add(first.service, first.sharing)
            }
            content.services.insert(service)
            content.claimants.remove(service)
            if isMisfit { content.misfits.insert(service) }
            if content.sharers == nil, sharing.key != nil { content.sharers = Sharers(sharing) }
            content.sharers?.add(service, sharing)
        }
    }

    mutating func remove(_ service: ObjectKey, _ sharing: AddressRequest.Sharing) {
        change { content in
            content.services.remove(service)
            content.misfits.remove(service)
            if content.claims.contains(service) { content.claimants.insert(service) }
            content.sharers?.remove(service, sharing)
            if content.services.isEmpty { content.sharers = nil }
        }
    }

    mutating func withhold(_ service: ObjectKey) {
        change { content in
            content.withheld.insert(service)
            content.claimants.insert(service)
        }
    }

    mutating func release(_ service: ObjectKey) {
        change { content in
            content.withheld.remove(service)
            if !content.claims.contains(service) { content.claimants.remove(service) }
        }
    }

    mutating func addStranger(_ service: ObjectKey) { change { $0.strangers.insert(service) } }

    mutating func removeStranger(_ service: ObjectKey) { change { $0.strangers.remove(service) } }

    mutating func setClaims(_ claims: Set<ObjectKey>) {
        change { content in
            content.claims = claims
            content.claimants = claims.union(content.withheld).subtracting(content.services)
        }
    }
}

extension AddressHolders.Content {
    var isEmpty: Bool { services.isEmpty && withheld.isEmpty && claims.isEmpty && strangers.isEmpty }

    /// The only one who is concerned; nil when that is not all there is to say.
    var alone: (service: ObjectKey, has: Bool, mayHave: Bool)? {
        guard sharers == nil, misfits.isEmpty, withheld.isEmpty, strangers.isEmpty, services.count < 2,
            claims.count < 2,
            let one = services.first ?? claims.first, claims.first ?? one == one,
            claimants == claims.subtracting(services)
        else { return nil }
        return (one, !services.isEmpty, !claims.isEmpty)
    }
}
