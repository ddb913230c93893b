import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

/// Random services come and go while pools are edited; what must never happen is looked for after every step.
@Suite struct AddressAllocatorPropertyTests {
    @Test(arguments: 0..<40)
    func `nothing is given twice, moved while valid, or lost`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = AddressLimits(perNamespace: [3, 8, nil][Int(seed % 3)])
        var world = PoolWorld(limits)
        world.setPools(pool("a", network("10.0.0.0/28")))
        for number in 0..<200 {
            let before = world.allocator.allocations.mapValues { $0 }
            step(&world, &random)
            check(world, before)
            if number % 5 == 0 { #expect(world.overlooked == [], "what is there waits for nobody") }
        }
        // A restart that reads everything back from status and ledger gives the same addresses.
        var restarted = AddressAllocator(limits: limits)
        let services = world.services.values.map { service -> Service in
            var service = service
            let addresses = world.allocator.allocations[service.key]?.addresses ?? []
            service.status = .init(loadBalancer: .init(ingress: addresses.map { .init(ip: $0.description) }))
            return service
        }
        _ = restarted.update(
            pools: PoolSet(world.pools, foreign: []),
            nodes: world.nodes.mapValues(ForeignRange.of),
            changed: services.shuffled(using: &random).compactMap {
                AddressRequest($0, clusterFamilies: [.ipv4, .ipv6])
            },
            claims: Dictionary(
                grouping: world.allocator.allocations.flatMap { service, allocation in
                    allocation.claimed.map { (address: $0, service: service) }
                },
                by: \.address
            )
            .mapValues { $0.map(\.service) }
        )
        #expect(restarted.allocations.mapValues(\.addresses) == world.allocator.allocations.mapValues(\.addresses))
    }

    private func step(_ world: inout PoolWorld, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            let length = Int.random(in: 26...30, using: &random)
            world.setPools(
                pool(
                    "a",
                    network("10.0.0.0/\(length)"),
                    disabled: Bool.random(using: &random),
                    maxPerService: [nil, 2].randomElement(using: &random) ?? nil
                ),
                pool("b", run("10.0.1.\(Int.random(in: 0...3, using: &random))", "10.0.1.5"))
            )
        case 1...3:
            guard let key = world.services.keys.sorted().randomElement(using: &random) else { return }
            world.delete(key.name, in: key.namespace ?? "")
        case 4:
            let name = "n\(Int.random(in: 0..<3, using: &random))"
            let last = Int.random(in: 0..<20, using: &random)
            let pods = Int.random(in: 0..<8, using: &random) == 0 ? "10.0.0.\(last / 4 * 4)/30" : "10.99.0.0/24"
            if Bool.random(using: &random) {
                world.deleteNode(name)
            } else {
                world.put(node(name, "10.0.\(last % 2).\(last)", pods: pods))
            }
        default:
            let number = Int.random(in: 0..<40, using: &random)
            var annotations = number % 3 == 0 ? ["martlet.dev/sharing-key": "k"] : [:]
            if number % 6 == 0 { annotations["martlet.dev/sharing-cross-namespace"] = "*" }
            if number % 5 == 0 {
                let wishes = (0..<3).map { _ in "10.0.0.\(Int.random(in: 0..<16, using: &random))" }
                annotations["martlet.dev/ips"] = wishes.joined(separator: ",")
            }
            world.put(
                loadBalancer(
                    "s\(number)",
                    in: number % 4 == 0 ? "other" : "default",
                    created: Double(number),
                    ports: [.init(port: Int32.random(in: 1...3, using: &random))],
                    annotations: annotations
                )
            )
        }
    }

    private func check(_ world: PoolWorld, _ before: [ObjectKey: AddressAllocation]) {
        let served = world.allocator.allocations.values.filter { !$0.isLeftAlone }
        #expect(world.allocator.serviceCounts.satisfied == served.count { $0.failure == nil })
        #expect(world.allocator.serviceCounts.pending == served.count { $0.failure != nil })
        var holders: [IPAddress: [AddressRequest]] = [:]
        let layouts = world.pools.map(PoolLayout.init)
        for (key, service) in world.services {
            guard let request = AddressRequest(service, clusterFamilies: [.ipv4, .ipv6]),
                let allocation = world.allocator.allocations[key]
            else {
                Issue.record("\(key) has no outcome")
                continue
            }
            for address in allocation.addresses {
                #expect(layouts.contains { $0.contains(address) }, "\(key) has \(address), which no pool has")
                holders[address, default: []].append(request)
            }
        }
        if let most = world.allocator.limits.perNamespace {
            let spread = Dictionary(grouping: holders.values.joined(), by: \.sharing.namespace)
            for (namespace, held) in spread { #expect(held.count <= most, "\(namespace)") }
        }
        let spared = Set(
            world.nodes.values.flatMap(ForeignRange.of).filter { $0.range.first == $0.range.last }.map(\.range.first)
        )
        for (address, requests) in holders {
            for request in requests where spared.contains(address) {
                let had = before[request.service]?.claimed ?? []
                #expect(had.contains(address), "\(request.service) was given a node's \(address)")
            }
            for (index, left) in requests.enumerated() {
                for right in requests[(index + 1)...] {
                    let common = left.sharing.ports.common(with: right.sharing.ports)
                    #expect(common.isEmpty, "\(address) is given twice for \(common)")
                }
            }
        }
        for (key, old) in before
        where old.claimed.count == 1 && world.services[key]?.metadata.annotations?["martlet.dev/ips"] == nil {
            guard let allocation = world.allocator.allocations[key] else { continue }
            for address in old.claimed where layouts.contains(where: { $0.contains(address) }) {
                #expect(allocation.claimed.contains(address), "\(key) moved")
            }
        }
    }
}
