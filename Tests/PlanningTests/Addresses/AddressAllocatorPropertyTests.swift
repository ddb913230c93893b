import Addressing
import BGPResources
import KubeModel
import Planning
import TestSupport
import Testing

/// Random services come and go while pools are edited; what must never happen is looked for after every step.
@Suite struct AddressAllocatorPropertyTests {
    @Test(arguments: 0..<40)
    func `nothing is given twice, moved while valid, or lost`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/28")))
        for _ in 0..<200 {
            let before = world.allocator.allocations
            step(&world, &random)
            check(world, before)
        }
        // A restart that reads everything back from status gives the same addresses.
        var restarted = AddressAllocator()
        let services = world.services.values.map { service -> Service in
            var service = service
            let addresses = world.allocator.allocations[service.key]?.addresses ?? []
            service.status = .init(loadBalancer: .init(ingress: addresses.map { .init(ip: $0.description) }))
            return service
        }
        _ = restarted.update(
            pools: PoolSet(world.pools, foreign: []),
            changed: services.shuffled(using: &random).compactMap {
                AddressRequest($0, clusterFamilies: [.ipv4, .ipv6])
            }
        )
        #expect(restarted.allocations.mapValues(\.addresses) == world.allocator.allocations.mapValues(\.addresses))
    }

    private func step(_ world: inout PoolWorld, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let length = Int.random(in: 26...30, using: &random)
            world.setPools(
                pool("a", network("10.0.0.0/\(length)"), disabled: Bool.random(using: &random)),
                pool("b", run("10.0.1.\(Int.random(in: 0...3, using: &random))", "10.0.1.5"))
            )
        case 1...3:
            guard let key = world.services.keys.sorted().randomElement(using: &random) else { return }
            world.services[key] = nil
            world.delete(key.name)
        default:
            let number = Int.random(in: 0..<40, using: &random)
            world.put(
                loadBalancer(
                    "s\(number)",
                    created: Double(number),
                    ports: [.init(port: Int32.random(in: 1...3, using: &random))],
                    annotations: number % 3 == 0 ? ["martlet.dev/sharing-key": "k"] : [:]
                )
            )
        }
    }

    private func check(_ world: PoolWorld, _ before: [ObjectKey: AddressAllocation]) {
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
        for (address, requests) in holders {
            for (index, left) in requests.enumerated() {
                for right in requests[(index + 1)...] {
                    #expect(left.sharing.obstacle(to: right.sharing) == nil, "\(address) is given twice")
                }
            }
        }
        // A service that shares may have to move when its own ports change.
        for (key, old) in before where world.services[key]?.metadata.annotations?.isEmpty == true {
            for address in old.addresses where layouts.contains(where: { $0.contains(address) }) {
                #expect(world.allocator.allocations[key]?.addresses == old.addresses, "\(key) moved")
            }
        }
    }
}
