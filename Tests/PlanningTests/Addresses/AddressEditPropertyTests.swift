import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

/// Random services, some with addresses that another controller gave, random pools, edits of all of it, and restarts of the
/// operator: what must never happen is looked for after every step.
@Suite struct AddressEditPropertyTests {
    @Test(arguments: 0..<60)
    func `no edit moves an address, and nothing of another controller's is touched`(seed: UInt64) {
        var world = RandomAddresses(seed: seed)
        for number in 0..<120 {
            let before = world
            let step = world.step()
            world.settle()
            let place = "seed \(seed), step \(number): \(step)"
            world.checkForeign(place)
            world.checkSharing(place)
            world.checkStaying(since: before, after: step, place)
            world.checkFixed(place)
        }
    }
}

/// A cluster in small, with an operator that writes what the allocator decides as `AddressController` does.
private struct RandomAddresses {
    enum Step: CustomStringConvertible {
        case service(ObjectKey, isWishEdited: Bool)
        case deleted(ObjectKey)
        case pools
        case given(ObjectKey)
        case taken(ObjectKey)
        case restart

        var description: String {
            switch self {
            case .service(let key, let isWishEdited): "\(key) edited\(isWishEdited ? ", also what it asks for" : "")"
            case .deleted(let key): "\(key) deleted"
            case .pools: "pools edited"
            case .given(let key): "another controller gives \(key) an address"
            case .taken(let key): "another controller takes \(key) its address"
            case .restart: "restart"
            }
        }
    }

    private var random: SeededGenerator
    private var allocator = AddressAllocator()
    private var pools: [LoadBalancerIPPool] = []
    private var services: [ObjectKey: Service] = [:]
    /// What the ledger says.
    private var claims: [ObjectKey: Set<IPAddress>] = [:]
    /// What the other controller gave and did not take away, as far as it was not taken over.
    private var foreign: [ObjectKey: IPAddress] = [:]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        pools = [pool("a", network("10.0.0.0/29"))]
        _ = allocator.update(pools: PoolSet(pools, foreign: []))
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func step() -> Step {
        switch Int.random(in: 0..<20, using: &random) {
        case 0...1: return editPools()
        case 2: return restart()
        case 3...4:
            guard let key = services.keys.sorted().randomElement(using: &random) else { return restart() }
            services[key] = nil
            foreign[key] = nil
            return .deleted(key)
        case 5...7:
            // It gives to those that have nothing, as controllers that know each other do.
            let free = services.filter { $0.value.addresses.isEmpty }.keys.sorted()
            guard let key = free.randomElement(using: &random) else { return restart() }
            let last = Int.random(in: 0..<8, using: &random)
            guard let address = IPAddress(chance(70) ? "10.22.203.\(last)" : "10.0.0.\(last)") else { return restart() }
            services[key]?.status = .init(loadBalancer: .init(ingress: [.init(ip: address.description)]))
            foreign[key] = address
            return .given(key)
        case 8:
            guard let key = foreign.keys.sorted().randomElement(using: &random) else { return restart() }
            services[key]?.status = nil
            foreign[key] = nil
            return .taken(key)
        default: return edit()
        }
    }

    private mutating func editPools() -> Step {
        let gold = LabelSelector(matchLabels: ["tier": "gold"])
        pools = []
        if chance(85) {
            pools.append(
                pool(
                    "a",
                    network("10.0.0.0/\(pick([29, 29, 28, 30]))"),
                    selector: chance(30) ? gold : nil,
                    disabled: chance(20),
                    excluded: chance(20) ? ["10.0.0.0/31"] : []
                )
            )
        }
        if chance(60) {
            pools.append(
                pool(
                    "b",
                    run("10.0.1.0", "10.0.1.\(pick([1, 3]))"),
                    selector: chance(30) ? gold : nil,
                    priority: chance(30) ? 5 : nil
                )
            )
        }
        return .pools
    }

    private mutating func restart() -> Step {
        allocator = AddressAllocator()
        return .restart
    }

    /// Changes one or all of the facts about a service that bear on its addresses.
    private mutating func edit() -> Step {
        let number = Int.random(in: 0..<10, using: &random)
        let key = ObjectKey(namespace: number % 3 == 0 ? "other" : "default", name: "s\(number)")
        var new = services[key] ?? loadBalancer(key.name, in: key.namespace ?? "", created: Double(number % 5))
        let isNew = services[key] == nil
        var isWishEdited = isNew
        func edits(_ what: Int, _ chosen: Int) -> Bool { isNew || what == chosen }
        let what = Int.random(in: 0..<8, using: &random)
        if edits(0, what) || edits(1, what) {
            new.spec.ports = (1...3).filter { _ in chance(40) }.map { Service.Port(port: $0) }
            if new.spec.ports?.isEmpty == true { new.spec.ports = [.init(port: 4)] }
        }
        if edits(2, what) || edits(3, what) { new.spec.externalTrafficPolicy = pick(["Cluster", "Local"]) }
        if edits(4, what) { new.spec.selector = ["app": pick(["a", "b"])] }
        if edits(5, what) {
            var annotations: [String: String] = [:]
            if chance(80) { annotations["martlet.dev/sharing-key"] = pick(["k", "k", "k", "l"]) }
            if chance(60) { annotations["martlet.dev/sharing-cross-namespace"] = pick(["*", "other", "default"]) }
            new.metadata.annotations = annotations
        }
        if edits(6, what) {
            new.metadata.labels = chance(50) ? ["tier": "gold"] : [:]
            isWishEdited = true
        }
        if edits(7, what) {
            new.spec.loadBalancerClass = chance(85) ? nil : "else.where/lb"
            new.spec.type = chance(85) ? "LoadBalancer" : "ClusterIP"
            isWishEdited = true
        }
        services[key] = new
        return .service(key, isWishEdited: isWishEdited)
    }

    /// Tells the allocator of everything and writes what it decides, until nothing changes.
    mutating func settle() {
        for _ in 0..<6 {
            look()
            let old = (services, claims)
            write()
            if old == (services, claims) { return }
        }
        Issue.record("writes follow each other without end")
    }

    private mutating func look() {
        let requests = services.values.compactMap { AddressRequest($0, clusterFamilies: [.ipv4]) }
        let known = Set(requests.map(\.service))
        let gone = Set(allocator.allocations.keys).union(services.keys).subtracting(known).union(claims.keys)
            .subtracting(known)
        var strangers: [ObjectKey: [IPAddress]] = [:]
        for key in gone {
            strangers[key] = services[key]?.addresses.filter { !(claims[key] ?? []).contains($0) }
        }
        var byAddress: [IPAddress: [ObjectKey]] = [:]
        for (key, addresses) in claims { for address in addresses { byAddress[address, default: []].append(key) } }
        for address in allocator.allocations.values.flatMap(\.addresses) where byAddress[address] == nil {
            byAddress[address] = []
        }
        for address in told.subtracting(byAddress.keys) { byAddress[address] = [] }
        told = Set(byAddress.keys)
        _ = allocator.update(
            pools: PoolSet(pools, foreign: []),
            changed: requests.shuffled(using: &random),
            removed: gone.sorted(),
            strangers: strangers,
            claims: byAddress
        )
    }

    /// The addresses about whose claims the allocator was told.
    private var told: Set<IPAddress> = []

    private mutating func write() {
        for key in Set(services.keys).union(claims.keys).sorted() {
            let allocation = allocator.allocations[key]
            let given = claims[key] ?? []
            let wanted = allocation?.addresses ?? []
            if let service = services[key] {
                let others = service.addresses.filter { !given.contains($0) }
                let shown = wanted.isEmpty ? others : wanted
                if shown != service.addresses {
                    services[key]?.status = .init(
                        loadBalancer: .init(ingress: shown.map { .init(ip: $0.description) })
                    )
                }
                allocator.show(key)
            }
            let claimed = Set(allocation?.claimed ?? [])
            claims[key] = claimed.isEmpty ? nil : claimed
            // By the ledger what was taken over is ours from now on.
            if let address = foreign[key], claimed.contains(address) { foreign[key] = nil }
        }
    }

    func checkForeign(_ place: String) {
        for (key, address) in foreign {
            #expect(services[key]?.addresses == [address], "\(place): \(key) lost \(address)")
        }
    }

    func checkSharing(_ place: String) {
        var holders: [IPAddress: [AddressRequest]] = [:]
        for (key, service) in services {
            guard let request = AddressRequest(service, clusterFamilies: [.ipv4]) else { continue }
            for address in allocator.allocations[key]?.addresses ?? [] {
                holders[address, default: []].append(request)
            }
        }
        for (address, requests) in holders {
            let sorted = requests.sorted {
                ($0.created ?? .init(secondsSinceEpoch: 0), $0.service) < (
                    $1.created ?? .init(secondsSinceEpoch: 0), $1.service
                )
            }
            for (index, older) in sorted.enumerated() {
                for younger in sorted[(index + 1)...] {
                    #expect(
                        younger.sharing.ports.common(with: older.sharing.ports).isEmpty,
                        "\(place): \(older.service) and \(younger.service) serve one port of \(address)"
                    )
                    guard index == 0, older.sharing.obstacle(to: younger.sharing) != nil else { continue }
                    #expect(
                        reason(younger.service) == "SharingConflict",
                        "\(place): \(younger.service) is not told of \(older.service) at \(address)"
                    )
                }
            }
        }
        for (key, allocation) in allocator.allocations where !allocation.withheld.isEmpty {
            #expect(reason(key) == "AddressWithheld", "\(place): \(key)")
            for address in allocation.withheld {
                #expect(holders[address]?.isEmpty == false, "\(place): \(address) is withheld from \(key) for nobody")
            }
        }
    }

    private func reason(_ key: ObjectKey) -> String? {
        allocator.allocations[key]?.condition(observedGeneration: nil).reason?.rawValue
    }

    /// What a Service had, or was to get back, it has or is to get back still, unless its own wish or its pool says otherwise.
    func checkStaying(since before: RandomAddresses, after step: Step, _ place: String) {
        let layouts = pools.map(PoolLayout.init)
        for (key, addresses) in before.claims {
            guard let service = services[key], let request = AddressRequest(service, clusterFamilies: [.ipv4]) else {
                continue
            }
            if case .service(key, isWishEdited: true) = step { continue }
            // It has another one now.
            if case .given(key) = step { continue }
            for address in addresses where layouts.contains(where: { $0.contains(address) && $0.serves(request) }) {
                #expect(claims[key]?.contains(address) == true, "\(place): \(key) lost \(address)")
            }
        }
    }

    /// Looking again changes nothing, and neither does a restart.
    func checkFixed(_ place: String) {
        var again = self
        again.look()
        #expect(again.allocator.allocations == allocator.allocations, "\(place): looked at again")
        _ = again.restart()
        again.told = []
        again.look()
        #expect(again.allocator.allocations == allocator.allocations, "\(place): after a restart")
    }
}

extension Service {
    fileprivate var addresses: [IPAddress] {
        (status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
    }
}
