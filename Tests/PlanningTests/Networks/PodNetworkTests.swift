import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

/// Which network of a node's pods an entry of type PodCIDR announces, source by source.
@Suite struct PodNetworkTests {
    typealias Source = BGPAdvertisement.PodCIDRSource

    private func world(_ source: Source? = nil, _ change: (inout ClusterFixture) -> Void = { _ in }) -> ClusterFixture {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [
            advertisement([.init(advertisementType: .podCIDR, podCIDRs: source.map { .init(source: $0) })])
        ]
        world.nodes = [node("n1", podCIDRs: ["10.244.1.0/24"])]
        change(&world)
        return world
    }

    private func absences(_ world: ClusterFixture, _ name: String = "n1") -> [String] {
        world.advertised(name).entryDecisions.flatMap(\.reasons).filter { $0.code == "NoPodCIDR" }.map(\.message)
    }

    @Test func `pod networks are the Node's where no plugin has objects of its own`() {
        #expect(world().prefixes() == ["10.244.1.0/24"])
        #expect(world(.auto).prefixes() == ["10.244.1.0/24"])
        #expect(world(.node).prefixes() == ["10.244.1.0/24"])
    }

    @Test func `Cilium's networks count alone where the controller manager gave the Node another one`() {
        let world = world {
            $0.ciliumNodes = [
                ciliumNode("n1", ["10.42.1.0/24", "fd00:42:1::/64"]), ciliumNode("n2", ["10.244.1.0/24"]),
            ]
        }
        #expect(world.prefixes() == ["10.42.1.0/24", "fd00:42:1::/64"])
        #expect(
            world.advertised().routes(of: router).flatMap(\.sources).map(\.object)
                == Array(repeating: ObjectReference(kind: "CiliumNode", name: "n1"), count: 2)
        )
    }

    @Test func `Cilium's multi-pool mode has the networks of every pool`() {
        let world = world {
            $0.ciliumNodes = [ciliumNode("n1", pools: [["10.10.0.0/27", "10.10.0.32/27"], ["fd00::/112"]])]
        }
        #expect(world.prefixes() == ["10.10.0.0/27", "10.10.0.32/27", "fd00::/112"])
    }

    @Test func `a network that Cilium copied from the Node is announced once`() {
        let world = world { $0.ciliumNodes = [ciliumNode("n1", ["10.244.1.0/24"], pools: [["10.244.1.0/24"]])] }
        #expect(world.prefixes() == ["10.244.1.0/24"])
    }

    @Test func `a node waits for its CiliumNode and does not use the Node's network meanwhile`() {
        let waiting = world { $0.ciliumNodes = [ciliumNode("n2", ["10.42.2.0/24"])] }
        #expect(waiting.prefixes() == [])
        #expect(
            absences(waiting).first
                == "no IPv4 pod network of n1 is known: there is no CiliumNode/n1, and where Cilium is the Node's "
                + "network is not the pods'"
        )
        let made = world { $0.ciliumNodes = [ciliumNode("n1")] }
        #expect(made.prefixes() == [])
        #expect(
            absences(made).first
                == "no IPv4 pod network of n1 is known: spec.ipam of CiliumNode/n1 has no IPv4 network"
        )
        // Only the definition is there.
        #expect(world { $0.ciliumNodes = [] }.prefixes() == [])
    }

    @Test func `a cloud's individual addresses are not a network`() {
        let world = world { $0.ciliumNodes = [ciliumNode("n1", ["10.1.0.0/16"], pool: ["10.1.2.3"])] }
        #expect(world.prefixes() == [])
        #expect(
            absences(world).first
                == "no IPv4 pod network of n1 is known: CiliumNode/n1 has single addresses of the network around, "
                + "which has routes to them itself"
        )
    }

    @Test func `pod networks under Calico are the node's confirmed blocks`() {
        let world = world {
            $0.blockAffinities = [
                blockAffinity("n1", "10.245.0.64/26"), blockAffinity("n1", "10.245.0.0/26", deleted: false),
                blockAffinity("n1", "fd00:245::/122"), blockAffinity("n2", "10.245.1.0/26"),
                blockAffinity("n1", "10.245.2.0/26", state: "pending"),
                blockAffinity("n1", "10.245.3.0/26", state: "pendingDeletion"),
                blockAffinity("n1", "10.245.4.0/26", deleted: "true"),
                blockAffinity("n1", "10.245.5.0/26", deleted: true),
            ]
        }
        #expect(world.prefixes() == ["10.245.0.0/26", "10.245.0.64/26", "fd00:245::/122"])
        #expect(
            world.advertised().routes(of: router).first?.sources.map(\.object)
                == [ObjectReference(kind: "BlockAffinity", name: "n1-10-245-0-0-26")]
        )
    }

    @Test func `a node under Calico waits for a block once another node has one`() {
        let world = world { $0.blockAffinities = [blockAffinity("n2", "10.245.1.0/26")] }
        #expect(world.prefixes() == [])
        #expect(
            absences(world).first
                == "no IPv4 pod network of n1 is known: no confirmed BlockAffinity of Calico gives n1 an IPv4 block"
        )
    }

    @Test func `pod networks are the Node's under a Calico that takes addresses from there`() {
        #expect(world { $0.blockAffinities = [] }.prefixes() == ["10.244.1.0/24"])
        // A block for load balancers says nothing about pods.
        var virtual = blockAffinity("virtual-load-balancer", "10.245.0.0/26")
        virtual.spec.type = "virtual"
        #expect(world { $0.blockAffinities = [virtual] }.prefixes() == ["10.244.1.0/24"])
    }

    @Test func `Cilium's networks come before Calico's, which count where Cilium has none`() {
        let blocks = [blockAffinity("n1", "10.245.0.0/26")]
        func prefixes(_ ciliumNodes: [CiliumNode]) -> [String] {
            world {
                $0.ciliumNodes = ciliumNodes
                $0.blockAffinities = blocks
            }
            .prefixes()
        }
        #expect(prefixes([ciliumNode("n1", ["10.42.1.0/24"])]) == ["10.42.1.0/24"])
        #expect(prefixes([ciliumNode("n1")]) == ["10.245.0.0/26"])
        #expect(prefixes([]) == ["10.245.0.0/26"])
    }

    @Test(arguments: [
        (Source.node, ["10.244.1.0/24"]), (.ciliumNode, ["10.42.1.0/24"]), (.calico, ["10.245.0.0/26"]),
    ])
    func `an explicit source is used alone`(source: Source, networks: [String]) {
        let world = world(source) {
            $0.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24"])]
            $0.blockAffinities = [blockAffinity("n1", "10.245.0.0/26")]
        }
        #expect(world.prefixes() == networks)
    }

    @Test func `two entries announce the networks of two sources together`() {
        let world = world {
            $0.advertisements = [
                advertisement([
                    .init(advertisementType: .podCIDR, podCIDRs: .init(source: .ciliumNode)),
                    .init(advertisementType: .podCIDR, podCIDRs: .init(source: .calico)),
                ])
            ]
            $0.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24"])]
            $0.blockAffinities = [blockAffinity("n1", "10.245.0.0/26")]
        }
        #expect(world.prefixes() == ["10.42.1.0/24", "10.245.0.0/26"])
    }

    @Test(arguments: [
        (Source.ciliumNode, "the cluster has no CiliumNodes (cilium.io)"),
        (.calico, "the cluster has no BlockAffinities of Calico (crd.projectcalico.org)"),
    ])
    func `an explicit plugin that is not installed has no networks, whatever the Node has`(source: Source, why: String)
    {
        let world = world(source)
        #expect(world.prefixes() == [])
        #expect(absences(world).first == "no IPv4 pod network of n1 is known: \(why)")
    }

    @Test func `plugin objects that may not be read are reported`() {
        let networks = ClusterPodNetworks(ciliumNodes: .unreadable("forbidden to jane"), blockAffinities: .notServed)
        var configuration = world().configuration("n1")
        configuration.podNetworks = networks.networks(of: "n1")
        let advertised = NodeAdvertisements(NodeSnapshot(configuration: configuration))
        #expect(advertised.routes(of: router).isEmpty)
        let reason = advertised.entryDecisions.flatMap(\.reasons).first { $0.code == "NoPodCIDR" }
        #expect(reason?.message.hasSuffix("CiliumNodes cannot be read: forbidden to jane") == true)
        #expect(reason?.fix == "grant the rights of config/rbac, which read these objects")
    }

    @Test func `values that are not networks are reported at their object`() {
        let world = world { $0.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24", "10.42.1/99"])] }
        #expect(world.prefixes() == ["10.42.1.0/24"])
        let reason = world.advertised().entryDecisions.flatMap(\.reasons).first { $0.code == "InvalidPodCIDR" }
        #expect(reason?.message == "\"10.42.1/99\" in spec.ipam of CiliumNode/n1 is not a network")
        #expect(reason?.object == ObjectReference(kind: "CiliumNode", name: "n1"))
    }

    @Test func `pools spare the networks of plugins like those of Nodes`() {
        let networks = PodNetworks(ciliumNode: .networks([PodNetwork("10.42.1.0/24", in: "n1")]))
        let ranges = ForeignRange.of(node("n1", podCIDRs: ["10.244.1.0/24"]), networks)
        #expect(
            ranges.map { "\($0.owner) \($0.range)" } == [
                "Node/n1 10.0.0.1-10.0.0.1", "Node/n1 pod network 10.244.1.0-10.244.1.255",
                "Node/n1 pod network 10.42.1.0-10.42.1.255",
            ]
        )
    }
}
