package import BGPTypes
package import KubeModel

/// Who may have which address, as the server has it: what operators that disagree about leadership agree on.
///
/// Each of two operators can write the status of another Service, and no version of either Service would tell them that
/// they gave one address twice. The pages of the ledger do: an address is claimed on its page before the status of the
/// Service is written, and of two writers of one page the server refuses the one that had not seen the other's.
///
/// 1. An address comes into a Service's status only after a claim on the very version of the Service that is written.
/// 2. A claim is taken back only when it is void: the Service is gone, or has moved on to a later version without the
///    address, on which nobody can write what was decided for the earlier one.
package struct ClaimLedger: Sendable {
    /// The pages by network.
    package private(set) var pages: [IPPrefix: ClaimPage] = [:]
    private var byService: [ObjectKey: Set<IPAddress>] = [:]
    /// Claims whose Service was not seen yet at the version of the claim or later, so that it does not tell whether they are void.
    private var unseen: Set<AddressClaim> = []

    /// No claims.
    package init() {}

    /// The addresses that a Service has claims on.
    package func addresses(of service: ObjectKey) -> Set<IPAddress> { byService[service] ?? [] }

    package var addresses: Set<IPAddress> { Set(pages.values.flatMap(\.claims.keys)) }

    /// All Services with claims.
    package var services: Dictionary<ObjectKey, Set<IPAddress>>.Keys { byService.keys }

    /// Everybody who has a claim on an address.
    package func claims(on address: IPAddress) -> [AddressClaim] {
        pages[ClaimPage.network(of: address)]?.claims[address] ?? []
    }

    package func claim(on address: IPAddress, by service: ObjectKey) -> AddressClaim? {
        claims(on: address).first { $0.service == service }
    }

    /// Whether a claim's Service was seen at the claim's version or later.
    package func isSeen(_ claim: AddressClaim) -> Bool { !unseen.contains(claim) }

    /// Takes note of a version of a Service.
    package mutating func see(_ service: ObjectKey, at version: String) {
        for address in addresses(of: service) {
            if let claim = claim(on: address, by: service), claim.isSeen(at: version) { unseen.remove(claim) }
        }
    }

    /// Takes note that a claim was compared with the newest version of its Service.
    package mutating func see(_ claim: AddressClaim) { unseen.remove(claim) }

    /// Takes a page as the server has it, or that it has none; returns the addresses whose claims are new or gone.
    ///
    /// `isOwn` says that this process wrote it, on Services that it had seen.
    package mutating func take(_ page: ClaimPage?, of network: IPPrefix, isOwn: Bool) -> Set<IPAddress> {
        let old = Set((pages[network]?.claims ?? [:]).values.joined())
        let new = Set((page?.claims ?? [:]).values.joined())
        pages[network] = page
        for claim in old.subtracting(new) {
            unseen.remove(claim)
            byService[claim.service]?.remove(claim.address)
            if byService[claim.service]?.isEmpty == true { byService[claim.service] = nil }
        }
        for claim in new.subtracting(old) {
            byService[claim.service, default: []].insert(claim.address)
            if !isOwn { unseen.insert(claim) }
        }
        return Set(old.symmetricDifference(new).map(\.address))
    }
}
