import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import TestSupport
import Testing

/// Nodes whose pods have no network to announce: what conditions, `lint` and `explain peer` say.
@Suite struct MissingPodNetworkTests {
    private func world(_ change: (inout ClusterFixture) -> Void = { _ in }) -> ClusterFixture {
        var world = ClusterFixture()
        world.nodes = ["n1", "n2", "n3"].enumerated().map { node($0.element, ips: ["10.0.0.\($0.offset + 1)"]) }
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6], advertisements: .everything)]
        world.advertisements = [advertisement(named: "pods", [.init(advertisementType: .podCIDR)])]
        change(&world)
        return world
    }

    private func condition(_ world: ClusterFixture) -> Condition? {
        world.rendered.advertisements.first?.status.conditions.of("NoPodCIDR")
    }

    private func findings(_ world: ClusterFixture, isWhole: Bool = true) -> [String] {
        var planned = PlanWorld()
        planned.nodes = world.nodes
        planned.clusterConfigs = world.clusterConfigs
        planned.peerConfigs = world.peerConfigs
        planned.advertisements = world.advertisements
        planned.ciliumNodes = world.ciliumNodes ?? []
        planned.servesCiliumNodes = world.ciliumNodes != nil
        planned.blockAffinities = world.blockAffinities ?? []
        planned.hasAllPodNetworks = isWhole
        return plan(planned, now: noon).diagnostics.filter { $0.reason == "NoPodCIDR" }.map(\.description)
    }

    private func explained(_ world: ClusterFixture, _ name: String = "n1") -> [[String]] {
        let cluster = ObservedCluster(nodes: world.nodes.map { world.configuration($0.metadata.name) })
        let peers = explainPeer("router", in: cluster)
        return peers.first { $0.node == name }?.families.map { $0.reasons.map { "\($0.code) \($0.message)" } } ?? []
    }

    private let found = "announces no network of n1, n2 and n3: spec.podCIDRs of the Nodes has no network"
    private var missing: String { "BGPAdvertisement/pods entry 0 \(found)" }

    @Test func `a network missing on all Nodes is a condition of the Advertisement and the ClusterConfig`() {
        let rendered = world().rendered
        let conditions = [
            rendered.advertisements.first?.status.conditions.of("NoPodCIDR"),
            rendered.clusterConfigs.first?.status.conditions.of("NoPodCIDR"),
        ]
        #expect(conditions.map { $0?.status } == [.true, .true])
        #expect(conditions.map { $0?.message } == [missing, missing])
        let ready = rendered.advertisements.first?.status.conditions.of("Ready")
        #expect(ready?.status == .true)
        #expect(ready?.message == "accepted, but \(missing)")
    }

    @Test func `a missing network is one warning of lint at the entry, with a fix`() {
        #expect(
            findings(world()) == [
                "BGPAdvertisement/pods: spec.advertisements[0].advertisementType: \(found); let the controller manager "
                    + "give the Nodes networks (--allocate-node-cidrs, --cluster-cidr), or write the networks into an "
                    + "entry of type Prefixes with a nodeSelector"
            ]
        )
    }

    @Test func `explain peer reports a missing network at every family that carries the entry`() {
        #expect(
            explained(world())
                == ["IPv4", "IPv6"].map { word in
                    [
                        "NoPodCIDR no \(word) pod network of n1 is known: spec.podCIDRs of Node/n1 has no \(word) network"
                    ]
                }
        )
    }

    @Test func `no network is missing where every node has one, or where no entry asks`() {
        let there = world { $0.nodes = $0.nodes.map { node($0.metadata.name, podCIDRs: ["10.244.1.0/24"]) } }
        #expect(condition(there)?.status == .false)
        #expect(findings(there) == [])
        #expect(explained(there) == [[], []])
        let unasked = world { $0.advertisements = [advertisement(named: "pods", [serviceEntry()])] }
        #expect(condition(unasked)?.status == .false)
        #expect(findings(unasked) == [])
        #expect(explained(unasked) == [[], []])
    }

    @Test func `a network of a family is missing only where another node has one`() {
        func world(_ second: [String]) -> ClusterFixture {
            self.world {
                $0.nodes = [
                    node("n1", podCIDRs: ["10.244.1.0/24"]), node("n2", ips: ["10.0.0.2"], podCIDRs: second),
                ]
            }
        }
        #expect(condition(world(["10.244.2.0/24"]))?.status == .false)
        #expect(explained(world(["10.244.2.0/24"])) == [[], []])
        let dual = world(["10.244.2.0/24", "fd00:2::/64"])
        #expect(
            condition(dual)?.message
                == "BGPAdvertisement/pods entry 0 announces no IPv6 network of n1: spec.podCIDRs of Node/n1 has no IPv6 "
                + "network"
        )
        #expect(explained(dual).map(\.count) == [0, 1])
        #expect(explained(dual, "n2") == [[], []])
    }

    @Test func `only the families that are carried can lack a network`() {
        let world = world {
            $0.nodes = [node("n1", podCIDRs: ["fd00:1::/64"])]
            $0.peerConfigs = [peerConfig(families: [.ipv4], advertisements: .everything)]
        }
        #expect(
            condition(world)?.message
                == "BGPAdvertisement/pods entry 0 announces no IPv4 network of n1: spec.podCIDRs of Node/n1 has no IPv4 "
                + "network"
        )
    }

    @Test func `a network is missing only on nodes that the entry selects and that have a matching peer`() {
        let elsewhere = world {
            $0.advertisements[0].spec.advertisements[0].nodeSelector = .labels(["rack": "none"])
        }
        #expect(condition(elsewhere)?.status == .false)
        #expect(explained(elsewhere) == [[], []])
        let untold = world { $0.peerConfigs = [peerConfig(advertisements: nil)] }
        #expect(condition(untold)?.status == .false)
        let deselected = world { $0.clusterConfigs = [clusterConfig(nodes: .labels(["rack": "none"]))] }
        #expect(condition(deselected)?.status == .false)
    }

    @Test func `a network of plugins is not missing where a repository has none of their objects`() {
        let world = world {
            $0.advertisements[0].spec.advertisements[0].podCIDRs = .init(source: .ciliumNode)
        }
        #expect(findings(world).count == 1)
        #expect(findings(world, isWhole: false) == [])
    }

    @Test func `each place that was searched is one finding`() {
        let world = world {
            $0.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24"]), ciliumNode("n2")]
        }
        #expect(
            findings(world) == [
                "BGPAdvertisement/pods: spec.advertisements[0].advertisementType: announces "
                    + "no network of n2: spec.ipam of CiliumNode/n2 has no network; let Cilium's operator give the node "
                    + "one (its log says why not); if Cilium does not give out the pods' addresses, set podCIDRs.source "
                    + "to Node or Calico",
                "BGPAdvertisement/pods: spec.advertisements[0].advertisementType: announces "
                    + "no network of n3: there is no CiliumNode/n3, and where Cilium is the Node's network is not the "
                    + "pods'; wait for the node's Cilium agent, which makes it; if Cilium does not give out the pods' "
                    + "addresses, set podCIDRs.source to Node or Calico",
            ]
        )
    }

    @Test(arguments: BGPAdvertisement.PodCIDRSource.allCases)
    func `the suggested fix resolves the finding`(source: BGPAdvertisement.PodCIDRSource) {
        var world = world {
            $0.nodes = [node("n1")]
            $0.advertisements[0].spec.advertisements[0].podCIDRs = .init(source: source)
        }
        #expect(condition(world)?.status == .true)
        switch source {
        case .auto, .node: world.nodes[0].spec?.podCIDRs = ["10.244.1.0/24"]
        case .ciliumNode: world.ciliumNodes = [ciliumNode("n1", ["10.42.1.0/24"])]
        case .calico: world.blockAffinities = [blockAffinity("n1", "10.245.0.0/26")]
        }
        #expect(condition(world)?.status == .false)
        #expect(world.prefixes().count == 1)
    }
}
