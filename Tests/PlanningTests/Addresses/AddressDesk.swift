import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport

extension Dictionary: ServiceLookup where Key == ObjectKey, Value == AddressedService {}

/// A controller of addresses, what the watch has brought it, and the time.
struct AddressDesk {
    var controller = AddressController(serviceNetworks: [], limits: AddressLimits(), classes: .standard)
    var services: [ObjectKey: AddressedService] = [:]
    var pools = [AddressDesk.usualPool]
    var deletions: [PendingDeletion] = []
    var hasUnknownPool = false
    var settlingTime: Duration?
    var elapsed: Duration = .zero

    private static var usualPool: LoadBalancerIPPool {
        var object = pool("a", network("192.0.2.0/30"))
        object.metadata.resourceVersion = "1"
        return object
    }

    static let page = ClaimPage.network(of: .v4(IPv4Address(192, 0, 2, 0)))

    /// What a controller orders that knows the ledger, but for what pools and metrics are told.
    mutating func handle(_ event: AddressEvent) -> [AddressEffect] {
        handleAll(event).filter { effect in
            switch effect {
            case .report, .writePools: false
            case .verify, .claim, .write, .record, .wake: true
            }
        }
    }

    mutating func handleAll(_ event: AddressEvent) -> [AddressEffect] {
        controller.handle(event, at: Moment(elapsed: elapsed, time: noon))
    }

    /// What has changed of the world: by default nothing.
    func changes(_ changed: ObjectKey..., removed: Set<ObjectKey> = []) -> AddressChanges {
        var changes = AddressChanges(services: services, changed: Set(changed), removed: removed, pools: pools)
        changes.deletions = deletions
        changes.hasUnknownPool = hasUnknownPool
        changes.settlingTime = settlingTime
        return changes
    }

    mutating func start(with pages: [ClaimPage] = []) { _ = handle(.ledgerRead(pages)) }

    /// Hands in a Service as the watch brings it.
    mutating func put(_ service: AddressedService) -> [AddressEffect] {
        services[service.key] = service
        return handle(.changed(changes(service.key)))
    }

    mutating func remove(_ key: ObjectKey) -> [AddressEffect] {
        services[key] = nil
        return handle(.changed(changes(removed: [key])))
    }
}

/// A Service of a version, with the status of none, or of one that was given addresses.
func addressed(_ name: String, version: String, given addresses: [String] = [], created: Double = 0) -> AddressedService
{
    var service = loadBalancer(name, created: created)
    service.metadata.resourceVersion = version
    service.status = addresses.isEmpty ? nil : given(addresses)
    return AddressedService(service)
}

/// The status of a Service that has addresses of pool `a`.
func given(_ addresses: [String]) -> Service.Status {
    Service.Status(
        loadBalancer: .init(ingress: addresses.map { .init(ip: $0, ipMode: "VIP") }),
        conditions: [
            Condition(
                type: ConditionType.addressRequestSatisfied.rawValue,
                status: .true,
                lastTransitionTime: noon,
                reason: "Satisfied",
                message: addresses.map { "\($0) from pool a" }.joined(separator: ", ")
            )
        ]
    )
}

/// A page of claims, as `192.0.2.0 web 7`.
func claimPage(version: String? = nil, _ lines: String...) -> ClaimPage {
    var page = ClaimPage(AddressDesk.page)
    page.version = version
    for line in lines {
        let words = line.split(separator: " ").map(String.init)
        guard let address = IPAddress(words[0]) else { continue }
        let key = ObjectKey(namespace: "default", name: words[1])
        page.claims[address, default: []].append(AddressClaim(address, key, basis: words[2]))
    }
    return page
}
