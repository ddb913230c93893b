import BGPEngine
import BGPTypes
import KubeModel

/// The node's own devices, addresses and default routes, as far as they count.
struct NodeNetworkState: Sendable {
    /// What counts.
    private(set) var present: NodeNetwork
    private var settling: NetworkSettling
    private var own: OwnAddresses
    /// The devices whose addresses matter to the configuration.
    var needed = NeededDevices()
    /// When what counts may change by itself.
    private(set) var nextChange: Duration?

    /// Starts with what is there.
    init(_ host: HostNetwork) {
        present = NodeNetwork(host)
        settling = NetworkSettling(present)
        own = OwnAddresses()
        own.follow(host.devices)
    }

    /// Takes what is there; new addresses may be of any Service, so all of them are asked for.
    mutating func take(_ host: HostNetwork, isLoaded: Bool, _ effects: inout [NodeEffect]) {
        own.follow(host.devices)
        if isLoaded, own.isLookDue { effects.append(.listServices) }
        settling.take(NodeNetwork(host))
    }

    /// Takes what counts at a time; returns whether it is something else than before.
    mutating func settle(at now: Duration) -> Bool {
        let (settled, next) = settling.settle(at: now)
        nextChange = next
        guard settled != present else { return false }
        present = settled
        return true
    }

    /// Takes the Node.
    mutating func follow(_ node: Node?, _ effects: inout [NodeEffect]) {
        if own.follow(node) { effects.append(.setAddressRoles(own.cluster)) }
    }

    /// Takes changed Services.
    mutating func follow(_ services: ChangedObjects<AnnouncedService>, _ effects: inout [NodeEffect]) {
        if own.follow(services) { effects.append(.setAddressRoles(own.cluster)) }
    }

    /// Takes all Services.
    mutating func look(at services: [AnnouncedService], _ effects: inout [NodeEffect]) {
        if own.look(at: services) { effects.append(.setAddressRoles(own.cluster)) }
    }
}
