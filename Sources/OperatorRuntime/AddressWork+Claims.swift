import BGPTypes
import KubeClient
import KubeModel
import Planning

extension AddressWork {
    /// Takes a page as the server has it; nil when it has none.
    mutating func take(_ page: ClaimPage?, of network: IPPrefix, isOwn: Bool) {
        let services = stores.services.snapshot
        for address in ledger.take(page, of: network, isOwn: isOwn) {
            let claims = ledger.claims(on: address)
            newClaims[address] = claims.map(\.service)
            for claim in claims {
                unsettled.insert(claim.service)
                if !isOwn, let version = services[claim.service]?.metadata.resourceVersion {
                    ledger.see(claim.service, at: version)
                }
            }
        }
    }

    /// Claims that have to be compared with the newest version of their Service before anything can be done about them.
    ///
    /// Each is named again only after a while: what is behind is mostly the watch, which then brings the Service.
    mutating func doubtful(at now: ContinuousClock.Instant) -> [AddressClaim] {
        asked = asked.filter { $0.value.duration(to: now) < .seconds(5) }
        let claims = unsettled.sorted().flatMap { key -> [AddressClaim] in
            guard !ledger.addresses(of: key).isEmpty else { return [] }
            let service = service(key)
            let wanted = allocator.allocations[key]?.claimed ?? []
            return ledger.addresses(of: key).sorted().compactMap { ledger.claim(on: $0, by: key) }.filter { claim in
                !ledger.isSeen(claim) && asked[claim] == nil
                    && (!wanted.contains(claim.address) || needsBasis(claim, service))
            }
        }
        for claim in claims { asked[claim] = now }
        return claims
    }

    /// Takes the newest version of a Service, read after one of its claims; nil when it is gone.
    mutating func compare(_ claim: AddressClaim, with newest: AddressedService?) {
        let version = newest?.metadata.resourceVersion
        let isVoid = claim.isVoid(version: version, addresses: newest?.addresses ?? [])
        let isKnown = version == service(claim.service)?.metadata.resourceVersion
        if isVoid || isKnown { ledger.see(claim) }
    }

    /// The pages with claims to add or to take back, as they are to be, in the order of their networks.
    mutating func changedPages() -> [ClaimPage] {
        var pages: [IPPrefix: ClaimPage] = [:]
        func change(_ address: IPAddress, _ body: (inout [AddressClaim]) -> Void) {
            let network = ClaimPage.network(of: address)
            // Changed where it is: a page that is copied for each of its addresses costs more than all the rest.
            body(&pages[network, default: ledger.pages[network] ?? ClaimPage(network)].claims[address, default: []])
            if pages[network]?.claims[address]?.isEmpty == true { pages[network]?.claims[address] = nil }
        }
        var waiting: Set<ObjectKey> = []
        for key in unsettled.sorted() {
            let service = service(key)
            let allocation = allocator.allocations[key]
            for address in ledger.addresses(of: key).subtracting(allocation?.claimed ?? []) {
                guard let claim = ledger.claim(on: address, by: key) else { continue }
                let version = service?.metadata.resourceVersion
                if ledger.isSeen(claim), claim.isVoid(version: version, addresses: service?.addresses ?? []) {
                    change(address) { $0.removeAll { $0.service == key } }
                } else {
                    waiting.insert(key)
                }
            }
            guard let service, let version = service.metadata.resourceVersion else { continue }
            for address in allocation?.claimed ?? [] {
                let claim = ledger.claim(on: address, by: key)
                // A claim on what is withheld says that it is to come back, and no write follows from it.
                let isWithheld = allocation?.withheld.contains(address) ?? false
                guard claim.map({ !isWithheld && needsBasis($0, service) }) ?? true else { continue }
                guard claim.map(ledger.isSeen) ?? true else {
                    waiting.insert(key)
                    continue
                }
                change(address) { claims in
                    claims.removeAll { $0.service == key }
                    claims.append(AddressClaim(address, key, basis: version))
                }
            }
        }
        unsettled = waiting
        for page in pages.values { unsettled.formUnion(services(on: page)) }
        return pages.values.sorted { $0.network < $1.network }
    }

    /// Whether a claim has to be made anew, on the version of the Service that is going to be written.
    private func needsBasis(_ claim: AddressClaim, _ service: AddressedService?) -> Bool {
        guard let service else { return false }
        return claim.basis != service.metadata.resourceVersion && !service.addresses.contains(claim.address)
    }

    /// The Services that a change of a page is about, which stay unsettled until it is written.
    private func services(on page: ClaimPage) -> Set<ObjectKey> {
        let new = Set(page.claims.values.joined())
        let old = Set((ledger.pages[page.network]?.claims ?? [:]).values.joined())
        return Set(new.symmetricDifference(old).map(\.service))
    }
}
