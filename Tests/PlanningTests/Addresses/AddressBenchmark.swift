import BGPResources
import BGPTypes
import Fixtures
import FoundationEssentials
import KubeModel
import Planning
import Testing

/// Measures allocation and prints the figures.
///
/// They mean something in a release build only:
///
///     MARTLET_BENCHMARK=1 swift test -c release --filter AddressBenchmark
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MARTLET_BENCHMARK"] != nil, "measures when asked"))
struct AddressBenchmark {
    @Test(arguments: [(10_000, 1), (50_000, 50)])
    func `address allocation is measured at a start, a restart and after each kind of change`(services: Int, pools: Int)
    {
        let clock = ContinuousClock()
        let pools = (0..<pools).map { pool("pool-\($0)", network("10.\($0).0.0/16"), network("2001:db8:\($0)::/48")) }
        let set = PoolSet(pools, foreign: [])
        let requests = (0..<services).compactMap { number in
            AddressRequest(
                loadBalancer(
                    "service-\(number)",
                    created: Double(number),
                    families: ["IPv4", "IPv6"],
                    familyPolicy: "PreferDualStack",
                    annotations: number % 50 == 0 ? ["martlet.dev/sharing-key": "key-\(number % 500)"] : [:]
                ),
                clusterFamilies: [.ipv4, .ipv6]
            )
        }
        var allocator = AddressAllocator(limits: AddressLimits(perNamespace: nil))
        let cold = clock.measure { _ = allocator.update(pools: set, changed: requests) }
        #expect(allocator.allocations.values.allSatisfy { $0.addresses.count == 2 })
        let one = AddressRequest(loadBalancer("one-more"), clusterFamilies: [.ipv4])
        let more = clock.measure { _ = allocator.update(changed: [one].compactMap(\.self)) }
        let less = clock.measure {
            _ = allocator.update(removed: [ObjectKey(namespace: "default", name: "service-77")])
        }
        let edit = clock.measure { _ = allocator.update(pools: set) }
        print(
            "\(services) services, \(pools.count) pools: cold \(cold), one more \(more), one less \(less), edit \(edit)"
        )
    }
}
