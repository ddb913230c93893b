import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import Testing

@Suite struct PodNetworkExplanationTests {
    @Test func `the Node's networks that are not the pods' are explained`() throws {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [advertisement([.init(advertisementType: .podCIDR)])]
        world.nodes = [node("n1", podCIDRs: ["10.244.1.0/24"])]
        world.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24"])]
        let cluster = ObservedCluster(nodes: [world.configuration("n1")])
        func reasons(_ text: String) throws -> [String] {
            try explainRoute(.prefix(prefix(text)), in: cluster).nodes.flatMap(\.peers).flatMap(\.reasons).map(
                \.message
            )
        }
        #expect(
            try reasons("10.244.1.0/24") == [
                "BGPAdvertisement/public entry 0 takes the pod networks of n1 from CiliumNode objects, and "
                    + "10.244.1.0/24 stands on Node/n1 alone"
            ]
        )
        #expect(try reasons("10.42.1.0/24") == ["selected by BGPAdvertisement/public entry 0"])
    }
}
