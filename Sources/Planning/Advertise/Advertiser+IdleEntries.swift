package import BGPEngine
import BGPTypes

extension Advertiser {
    /// Why entries that a family carries to a peer, of all types but Service, lead to no route on the node in any family.
    ///
    /// An entry that has something in another family is no mistake: most lists are of one.
    package func idleEntryReasons(of family: FamilyPolicy, to peer: PeerID) -> [Reason] {
        let names = Set(policy.advertisements(family))
        let decisions = Dictionary(grouping: entryDecisions(), by: \.entry)
        let idle = decisions.filter { entry, decisions in
            names.contains(entry.advertisement) && decisions.allSatisfy(\.prefixes.isEmpty)
                && decisions.contains { $0.peers.contains(peer) }
        }
        return idle.sorted { $0.key < $1.key }.flatMap { _, decisions in
            decisions.flatMap(\.reasons).filter { $0.tellsOfIdleEntry(in: family.family) }
        }
    }
}

extension Reason {
    /// Whether it says that an entry has nothing to announce in a family.
    fileprivate func tellsOfIdleEntry(in family: IPFamily) -> Bool {
        switch self {
        case .prefix(.noInterfaceAddress(_, _, _, let own)), .prefix(.noPrefix(_, let own)),
            .prefix(.noPool(_, let own)):
            own == family
        default: false
        }
    }
}
