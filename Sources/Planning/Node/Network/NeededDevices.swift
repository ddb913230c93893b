import BGPResources
import KubeModel

/// The devices whose addresses matter: those that sessions are to come from and those whose addresses are announced.
struct NeededDevices: Sendable {
    private(set) var names: Set<String> = []
    private var sources: Set<String> = []
    /// By the Advertisements that name any.
    private var announced: [ObjectKey: Set<String>] = [:]

    /// Takes all PeerConfigs.
    mutating func take(_ peerConfigs: [BGPPeerConfig]) {
        sources = Set(peerConfigs.compactMap(\.spec.transport?.sourceInterface))
        join()
    }

    /// Takes changed Advertisements, which cost no look at the others unless they name other devices than before.
    mutating func take(_ advertisements: ChangedObjects<BGPAdvertisement>) {
        var isOther = advertisements.isResync && !announced.isEmpty
        if advertisements.isResync { announced = [:] }
        for key in advertisements.keys {
            let named = Set((advertisements[key]?.spec.advertisements ?? []).compactMap(\.interface?.name))
            guard named != announced[key] ?? [] else { continue }
            announced[key] = named.isEmpty ? nil : named
            isOther = true
        }
        if isOther { join() }
    }

    private mutating func join() {
        names = announced.values.reduce(into: sources) { $0.formUnion($1) }
    }
}
