import BGPResources
import KubeClient
import KubeModel
import Planning
import Signals

/// Reads what the stores have that they did not have at the last time.
struct NodeObjectReader: Sendable {
    private let stores: SpeakerStores
    private let owners: OwnerReader
    private let advertisements: StoreReader<BGPAdvertisement>
    private let services: StoreReader<AnnouncedService>
    private let endpointSlices: StoreReader<ServiceEndpoints>
    private let settings: SpeakerStores.SettingsReader
    /// Up to which changes settings and Advertisements were looked at.
    private var seen: (settings: Int, advertisements: Int)?
    private var unseen: UnseenObjects?
    private var askedSecrets: Set<String>?
    private var isReady = false

    init(_ stores: SpeakerStores) {
        self.stores = stores
        owners = OwnerReader(stores.owners)
        advertisements = stores.advertisements.makeReader()
        services = stores.services.makeReader()
        endpointSlices = stores.endpointSlices.makeReader()
        settings = stores.makeSettingsReader()
    }

    /// What changed since the last call; nothing but what is missing until all first lists are there.
    mutating func read() -> ObjectChanges {
        var changes = ObjectChanges()
        if !isReady {
            changes.missing = stores.set.missing.map(\.plural)
            // A store that has been ready once stays so.
            isReady = changes.missing.isEmpty
            guard isReady else { return changes }
        }
        // Whatever else there is, a changed endpoint costs no look at it.
        let counts = (settings: stores.settings.count, advertisements: stores.advertisements.signal.count)
        let areSettingsOther = counts.settings != seen?.settings
        if areSettingsOther || counts.advertisements != seen?.advertisements {
            seen = counts
            changes.advertisements = advertisements.changed()
            let unseen = stores.unseenObjects
            if unseen != self.unseen { changes.unseen = unseen }
            self.unseen = unseen
        }
        if areSettingsOther {
            changes.owners = owners.read()
            let asked = stores.askedSecrets
            if settings.haveChanged() || asked != askedSecrets { changes.settings = stores.makeInputs() }
            askedSecrets = asked
        }
        changes.services = services.changed()
        changes.endpointSlices = endpointSlices.changed()
        return changes
    }
}

/// Reads what says whose addresses are whose.
private struct OwnerReader: Sendable {
    private let nodes: StoreReader<Node>
    private let clusterConfigs: StoreReader<BGPClusterConfig>
    private let serviceCIDRs: StoreReader<ServiceCIDR>
    private let podNetworks: PodNetworkReader

    init(_ stores: OwnerStores) {
        nodes = stores.nodes.makeReader()
        clusterConfigs = stores.clusterConfigs.makeReader()
        serviceCIDRs = stores.serviceCIDRs.makeReader()
        podNetworks = stores.podNetworks.makeReader()
    }

    func read() -> OwnerChanges {
        var changes = OwnerChanges()
        changes.nodes = nodes.changed()
        changes.clusterConfigs = clusterConfigs.changed()
        changes.serviceCIDRs = serviceCIDRs.changed()
        podNetworks.read(into: &changes)
        return changes
    }
}

extension StoreReader {
    /// What changed since the last call.
    func changed() -> ChangedObjects<Object> {
        let (snapshot, changes) = read()
        return ChangedObjects(
            isResync: changes.isResync,
            keys: changes.removed.isEmpty ? changes.changed : changes.changed.union(changes.removed),
            find: { snapshot[$0] },
            list: { snapshot.objects }
        )
    }
}
