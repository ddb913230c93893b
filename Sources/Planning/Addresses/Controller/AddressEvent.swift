package import BGPResources
package import BGPTypes
package import KubeModel

/// What happens to the operator's addresses.
package enum AddressEvent: Sendable {
    /// All pages of the ledger, as the server has them. Nothing is decided before.
    case ledgerRead([ClaimPage])
    /// Services, pools, nodes or networks changed.
    case changed(AddressChanges)
    /// The Services of claims as they are on the server, read after the claims: the answer to `verify`. Claims whose Service
    /// could not be read are left out.
    case verified([VerifiedClaim])
    /// What became of pages: the answer to `claim`. Pages that the server refused are left out.
    case claimed([ClaimAnswer])
    /// What became of one Service's status.
    case answered(ObjectKey, ServiceAnswer)
    /// Everything in a `write` has been answered, or failed.
    case written
    /// A pool's status was taken.
    case poolWritten(ObjectKey, ObjectMeta)
    /// The server does not answer. What was ordered and not answered is ordered again.
    case interrupted
}

/// What the operator does about addresses.
package enum AddressEffect: Hashable, Sendable {
    /// Read the Services of these claims, and answer with `verified`.
    case verify([AddressClaim])
    /// Write these pages, each over the version that it names, and answer with `claimed`.
    case claim([ClaimPage])
    /// Write these statuses, in any order, answer each and then `written`.
    case write([ServiceStatusWrite])
    /// Write the status of these pools and answer each that was taken.
    case writePools([LoadBalancerIPPool])
    /// What metrics say of pools and Services.
    case report(AddressReport)
    case record(EventDraft)
    /// Hand in what has changed, if anything, after this time at the latest; counts until the next round.
    case wake(after: Duration)
}

/// How full pools are and how Services are served.
package struct AddressReport: Hashable, Sendable {
    package var pools: [String: LoadBalancerIPPool.Status]
    package var disabledPools: Set<String>
    package var services: ServiceCounts

    package init(pools: [String: LoadBalancerIPPool.Status], disabledPools: Set<String>, services: ServiceCounts) {
        self.pools = pools
        self.disabledPools = disabledPools
        self.services = services
    }
}

/// A claim and its Service; nil when that is gone.
package struct VerifiedClaim: Sendable {
    package let claim: AddressClaim
    package let service: AddressedService?

    package init(_ claim: AddressClaim, _ service: AddressedService?) {
        self.claim = claim
        self.service = service
    }
}

/// A page after an attempt to write it.
package struct ClaimAnswer: Sendable {
    package let network: IPPrefix
    /// The page as it is on the server; nil when there is none.
    package let page: ClaimPage?
    /// Whether it is what was to be written; else somebody else was faster.
    package let isOwn: Bool

    package init(_ network: IPPrefix, _ page: ClaimPage?, isOwn: Bool) {
        self.network = network
        self.page = page
        self.isOwn = isOwn
    }
}

/// What became of a Service's status.
package enum ServiceAnswer: Hashable, Sendable {
    /// It was taken; the metadata that the Service has then.
    case written(ObjectMeta)
    /// The Service is gone, or has changed since: the watch brings what it is now.
    case overtaken
    /// The server does not take it for what is in it, such as its size. The words are the server's.
    case refused(String)
}
