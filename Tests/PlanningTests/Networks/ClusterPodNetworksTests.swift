import BGPResources
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct ClusterPodNetworksTests {
    /// Every node that any object can name, and one that none does.
    private let names = ["n1", "n2", "n3", "n9", "nobody"]

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `pod networks are the same object by object as at once, and the affected nodes are notified`(seed: UInt64) {
        var cluster = RandomCluster(seed: seed)
        var ciliumNodes: [String: CiliumNode] = [:]
        var blocks: [String: BlockAffinity] = [:]
        var known = ClusterPodNetworks(ciliumNodes: .served([]), blockAffinities: .served([]))
        for _ in 0..<60 {
            let before = known
            let concerned: Set<String>
            let name = cluster.shuffled(["n1", "n2", "n9"])[0]
            let network = cluster.shuffled(["10.244.0.0/26", "10.244.0.64/26", "2001:db8:244::/122"])[0]
            switch cluster.shuffled(Array(0..<4))[0] {
            case 0:
                ciliumNodes[name] = cluster.anotherCiliumNode(name)
                concerned = known.take(ciliumNodes[name], named: name)
            case 1:
                ciliumNodes[name] = nil
                concerned = known.take(nil as CiliumNode?, named: name)
            case 2:
                var block = cluster.anotherBlock(network)
                block.metadata.name = network
                blocks[network] = block
                concerned = known.take(block, named: network)
            default:
                blocks[network] = nil
                concerned = known.take(nil as BlockAffinity?, named: network)
            }
            let fresh = ClusterPodNetworks(
                ciliumNodes: .served(Array(ciliumNodes.values)),
                blockAffinities: .served(Array(blocks.values))
            )
            #expect(known == fresh)
            for name in names where known.networks(of: name) != before.networks(of: name) {
                #expect(concerned.contains(name) || known.general != before.general)
            }
        }
    }

    @Test func `blocks of later versions of Calico are read where the cluster knows no others`() {
        let later = LaterBlockAffinity(
            metadata: ObjectMeta(name: "n1-block"),
            spec: BlockAffinity.Spec(node: "n1", cidr: "10.245.0.0/26", deleted: false)
        )
        func found(_ older: ServedObjects<BlockAffinity>, _ later: ServedObjects<LaterBlockAffinity>)
            -> PodNetworks.Finding
        {
            ClusterPodNetworks(blockAffinities: older.orElse(later)).networks(of: "n1").calico
        }
        let networks = PodNetworks.Finding.networks([PodNetwork("10.245.0.0/26", in: "n1-block")])
        #expect(found(.notServed, .served([later])) == networks)
        #expect(found(.served([]), .served([later])) == .absent)
        #expect(found(.unreadable("no"), .served([later])) == .unreadable("no"))
        #expect(found(.notServed, .unreadable("no")) == .unreadable("no"))
        #expect(found(.notServed, .notServed) == .absent)
    }
}
