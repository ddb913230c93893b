import BGPResources
import BGPTypes
import Fixtures
import FoundationEssentials
import KubeModel
import Planning
import Testing

/// Measures a node's decision and prints the figures.
///
/// They mean something in a release build only:
///
///     MARTLET_BENCHMARK=1 swift test -c release --filter DecisionBenchmark
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MARTLET_BENCHMARK"] != nil, "measures when asked"))
struct DecisionBenchmark {
    @Test(arguments: [1_000, 10_000, 50_000])
    func `a decision from scratch and after each kind of change is measured`(services: Int) {
        let clock = ContinuousClock()
        var world = ClusterFixture()
        world.nodes = [node("n1"), node("n2")]
        world.peerConfigs = [peerConfig("pc", families: [.ipv4, .ipv6])]
        world.clusterConfigs = [clusterConfig([instance((0..<4).map { peer("r\($0)", config: "pc") })])]
        world.advertisements = [
            advertisement(named: "services", [serviceEntry([.loadBalancerIP])]), listed([7]),
        ]
        world.services = (0..<services).map { number in
            service(
                "s\(number)",
                loadBalancer: ["20.\(number >> 16).\(number >> 8 & 255).\(number & 255)"],
                externalPolicy: number % 2 == 0 ? .cluster : .local
            )
        }
        world.slices = (0..<services).map { slice(of: "s\($0)", Self.endpoints(5) + Self.endpoints(5)) }
        let snapshot = world.snapshot()
        var advertiser = Advertiser(snapshot)
        let whole = clock.measure { advertiser = Advertiser(snapshot) }
        let rounds = 1000
        let oneSlice = clock.measure {
            for round in 0..<rounds {
                let changed = slice(of: "s\(round * 7 % services)", Self.endpoints(round % 2 == 0 ? 0 : 5))
                _ = advertiser.update(endpointSlices: [changed.key: ServiceEndpoints(changed)])
            }
        }
        let oneService = clock.measure {
            for round in 0..<rounds {
                let changed = service("s\(round * 7 % services)", loadBalancer: ["30.0.0.\(round % 200)"])
                _ = advertiser.update(services: [changed.key: AnnouncedService(changed)])
            }
        }
        let oneAdvertisement = clock.measure {
            for round in 0..<rounds {
                let changed = listed([round % 256])
                _ = advertiser.update(advertisements: [changed.metadata.name: changed])
            }
        }
        print(
            """
            \(services) services, \(services * 10) endpoints: from scratch \(whole), a slice \(oneSlice / rounds), \
            a service \(oneService / rounds), a list of 255 prefixes \(oneAdvertisement / rounds)
            """
        )
    }

    private static func endpoints(_ count: Int) -> [TestEndpoint] {
        (0..<count).map { $0 % 2 == 0 ? .ready("n1") : .ready("n2") }
    }

    /// 256 prefixes less those of some numbers.
    private func listed(_ missing: Set<Int>) -> BGPAdvertisement {
        let prefixes = (0..<256).filter { !missing.contains($0) }.compactMap { IPPrefix("172.16.0.\($0)/32") }
        return advertisement(named: "listed", [.init(advertisementType: .prefixes, prefixes: prefixes)])
    }
}
