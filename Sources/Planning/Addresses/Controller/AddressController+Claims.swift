import BGPTypes
import KubeModel

extension AddressController {
    /// Takes a page as the server has it; nil when it has none.
    mutating func take(_ page: ClaimPage?, of network: IPPrefix, isOwn: Bool) {
        for address in claims.ledger.take(page, of: network, isOwn: isOwn) {
            let present = claims.ledger.claims(on: address)
            claims.new[address] = present.map(\.service)
            for claim in present {
                claims.pending.insert(claim.service)
                if !isOwn, let version = services[claim.service]?.metadata.resourceVersion {
                    claims.ledger.see(claim.service, at: version)
                }
            }
        }
    }

    /// How long a claim is not verified again: what is behind is mostly the watch, which then brings the Service.
    private static let verifyInterval: Duration = .seconds(5)

    /// Claims that have to be compared with the newest version of their Service before anything can be done about them, none
    /// that is being verified already.
    mutating func unverified(at now: Duration) -> [AddressClaim] {
        claims.asked = claims.asked.filter { now - $0.value < Self.verifyInterval }
        let found = claims.pending.sorted().flatMap { key -> [AddressClaim] in
            let addresses = claims.ledger.addresses(of: key)
            guard !addresses.isEmpty else { return [] }
            let service = service(key)
            let wanted = allocator.allocations[key]?.claimed ?? []
            return addresses.sorted().compactMap { claims.ledger.claim(on: $0, by: key) }.filter { claim in
                !claims.ledger.isSeen(claim) && claims.asked[claim] == nil
                    && (!wanted.contains(claim.address) || needsBasis(claim, service))
            }
        }
        for claim in found { claims.asked[claim] = now }
        return found
    }

    /// Takes the newest version of a Service, read after one of its claims; nil when it is gone.
    mutating func compare(_ claim: AddressClaim, with newest: AddressedService?) {
        let version = newest?.metadata.resourceVersion
        let isVoid = claim.isVoid(version: version, addresses: newest?.addresses ?? [])
        let isKnown = version == service(claim.service)?.metadata.resourceVersion
        if isVoid || isKnown { claims.ledger.see(claim) }
    }

    /// The pages with claims to add or to take back, as they are to be, in the order of their networks.
    mutating func changedPages() -> [ClaimPage] {
        var pages: [IPPrefix: ClaimPage] = [:]
        func change(_ address: IPAddress, _ body: (inout [AddressClaim]) -> Void) {
            let network = ClaimPage.network(of: address)
            // Changed where it is: a page that is copied for each of its addresses costs more than all the rest.
            let present = claims.ledger.pages[network] ?? ClaimPage(network)
            body(&pages[network, default: present].claims[address, default: []])
            if pages[network]?.claims[address]?.isEmpty == true { pages[network]?.claims[address] = nil }
        }
        var waiting: Set<ObjectKey> = []
        for key in claims.pending.sorted() {
            let service = service(key)
            let allocation = allocator.allocations[key]
            for address in claims.ledger.addresses(of: key).subtracting(allocation?.claimed ?? []) {
                guard let claim = claims.ledger.claim(on: address, by: key) else { continue }
                let version = service?.metadata.resourceVersion
                if claims.ledger.isSeen(claim), claim.isVoid(version: version, addresses: service?.addresses ?? []) {
                    change(address) { $0.removeAll { $0.service == key } }
                } else {
                    waiting.insert(key)
                }
            }
            guard let service, let version = service.metadata.resourceVersion else { continue }
            for address in allocation?.claimed ?? [] {
                let claim = claims.ledger.claim(on: address, by: key)
                // A claim on what is withheld says that it is to come back, and no write follows from it.
                let isWithheld = allocation?.withheld.contains(address) ?? false
                guard claim.map({ !isWithheld && needsBasis($0, service) }) ?? true else { continue }
                guard claim.map(claims.ledger.isSeen) ?? true else {
                    waiting.insert(key)
                    continue
                }
                change(address) { claims in
                    claims.removeAll { $0.service == key }
                    claims.append(AddressClaim(address, key, basis: version))
                }
            }
        }
        claims.pending = waiting
        for page in pages.values { claims.pending.formUnion(services(on: page)) }
        return pages.values.sorted { $0.network < $1.network }
    }

    /// Whether a claim has to be made anew, on the version of the Service that is going to be written.
    private func needsBasis(_ claim: AddressClaim, _ service: AddressedService?) -> Bool {
        guard let service else { return false }
        return claim.basis != service.metadata.resourceVersion && !service.addresses.contains(claim.address)
    }

    /// The Services that a change of a page is about, which stay pending until it is written.
    private func services(on page: ClaimPage) -> Set<ObjectKey> {
        let new = Set(page.claims.values.joined())
        let old = Set((claims.ledger.pages[page.network]?.claims ?? [:]).values.joined())
        return Set(new.symmetricDifference(old).map(\.service))
    }
}
