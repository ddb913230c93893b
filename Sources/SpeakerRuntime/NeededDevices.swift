import BGPResources
import KubeClient
import KubeModel

/// Follows the devices whose addresses matter: those that sessions are to come from and those whose addresses are announced.
struct NeededDevices {
    /// As they are known.
    private(set) var names: Set<String> = []
    private let peerConfigs: StoreReader<BGPPeerConfig>
    private let advertisements: StoreReader<BGPAdvertisement>
    /// By the objects that name any.
    private var sources: [ObjectKey: Set<String>] = [:]
    private var announced: [ObjectKey: Set<String>] = [:]

    init(stores: SpeakerStores) {
        peerConfigs = stores.peerConfigs.makeReader()
        advertisements = stores.advertisements.makeReader()
    }

    /// Looks again; a changed object costs no look at the others unless it names other devices than before.
    mutating func look() {
        let (configs, configChanges) = peerConfigs.read()
        let hasOtherSources = Self.take(configChanges, into: &sources) { key in
            Set([configs[key]?.spec.transport?.sourceInterface].compactMap(\.self))
        }
        let (entries, entryChanges) = advertisements.read()
        let hasOtherEntries = Self.take(entryChanges, into: &announced) { key in
            Set((entries[key]?.spec.advertisements ?? []).compactMap(\.interface?.name))
        }
        guard hasOtherSources || hasOtherEntries else { return }
        names = sources.values.reduce(into: []) { $0.formUnion($1) }
        for more in announced.values { names.formUnion(more) }
    }

    /// Takes what changed objects name; says whether that is anything else than before.
    private static func take(
        _ changes: StoreChanges,
        into known: inout [ObjectKey: Set<String>],
        naming names: (ObjectKey) -> Set<String>
    ) -> Bool {
        var isOther = false
        if changes.isResync, !known.isEmpty {
            known = [:]
            isOther = true
        }
        for key in changes.changed.union(changes.removed) {
            let new = names(key)
            guard new != known[key] ?? [] else { continue }
            known[key] = new.isEmpty ? nil : new
            isOther = true
        }
        return isOther
    }
}
