import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

/// Who gets which router id, and how long it stays.
@Suite struct RouterIDTests {
    /// A cluster that is rendered again and again, each time with what is there from the time before.
    private struct Cluster {
        var nodes: [Node] = []
        var overrides: [BGPNodeConfigOverride] = []
        var configs = [clusterConfig()]
        var settings = ClusterSettings()
        private(set) var rendered = render(ClusterSnapshot(), now: noon)

        init(_ nodes: Node...) {
            self.nodes = nodes
            renderAgain()
        }

        mutating func renderAgain(_ change: (inout Cluster) -> Void = { _ in }) {
            change(&self)
            rendered = fresh(with: rendered.nodeConfigs)
        }

        /// As an operator renders that finds these NodeConfigs.
        func fresh(with nodeConfigs: [BGPNodeConfig]) -> RenderedCluster {
            render(
                ClusterSnapshot(
                    nodes: nodes,
                    clusterConfigs: configs,
                    peerConfigs: [peerConfig()],
                    overrides: overrides,
                    nodeConfigs: nodeConfigs,
                    settings: settings
                ),
                now: noon
            )
        }

        var ids: [String] { rendered.ids }
    }

    private func override(_ node: String, _ id: String?, asn: ASNumber? = nil, created: Double? = nil)
        -> BGPNodeConfigOverride
    {
        BGPNodeConfigOverride(
            metadata: ObjectMeta(name: node, creationTimestamp: created.map { Timestamp(secondsSinceEpoch: $0) }),
            spec: .init(bgpInstances: [.init(name: "main", routerID: id.flatMap { RouterID($0) }, localASN: asn)])
        )
    }

    @Test
    func `a router id is the first IPv4 InternalIP, and stays when the Node's addresses change places or are away`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11", "10.9.0.11"]))
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP"])
        for ips in [["10.9.0.11", "172.16.10.11"], [], ["fd00::1"], ["10.9.0.11"], ["10.9.0.11", "172.16.10.11"]] {
            cluster.renderAgain { $0.nodes = [node("n1", ips: ips)] }
            #expect(cluster.ids == ["n1 172.16.10.11 InternalIP"], "\(ips)")
        }
        // A NodeConfig that was written before it said where its router id came from.
        var old = cluster.rendered.nodeConfigs
        old[0].spec.bgpInstances[0].routerIDSource = nil
        #expect(cluster.fresh(with: old).ids == ["n1 172.16.10.11 InternalIP"])
        cluster.nodes = [node("n1", ips: ["10.9.0.11"])]
        #expect(cluster.fresh(with: old).ids == ["n1 172.16.10.11 InternalIP"])
        // With no NodeConfig there is nothing in use.
        #expect(cluster.fresh(with: []).ids == ["n1 10.9.0.11 InternalIP"])
    }

    @Test func `a router id from the pool stays when the node gets an address, and goes when the pool changes`() {
        var cluster = Cluster(node("n1", ips: []))
        #expect(cluster.ids == ["n1 198.18.0.0 Pool"])
        cluster.renderAgain { $0.nodes = [node("n1", ips: ["172.16.10.11"])] }
        #expect(cluster.ids == ["n1 198.18.0.0 Pool"])
        cluster.renderAgain {
            $0.nodes = [node("n1", ips: [])]
            $0.settings = ClusterSettings(routerIDPool: IPPrefix("198.19.0.0/24"))
        }
        #expect(cluster.ids == ["n1 198.19.0.0 Pool"])
    }

    @Test func `a router id of an override goes with it, unless it is the node's address`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11", "10.9.0.11"]))
        cluster.renderAgain { $0.overrides = [override("n1", "192.0.2.9")] }
        #expect(cluster.ids == ["n1 192.0.2.9 Override"])
        cluster.renderAgain { $0.nodes = [node("n1", ips: [])] }
        #expect(cluster.ids == ["n1 192.0.2.9 Override"])
        cluster.renderAgain { $0.overrides = [] }
        #expect(cluster.ids == ["n1 198.18.0.0 Pool"])
        cluster.renderAgain {
            $0.nodes = [node("n1", ips: ["172.16.10.11", "10.9.0.11"])]
            $0.overrides = [override("n1", "10.9.0.11")]
        }
        #expect(cluster.ids == ["n1 10.9.0.11 Override"])
        cluster.renderAgain { $0.overrides = [override("n1", nil)] }
        #expect(cluster.ids == ["n1 10.9.0.11 InternalIP"])
    }

    @Test func `an override cannot take another node's router id, and both sides say so`() throws {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]), node("n2", ips: ["172.16.10.12"]))
        cluster.overrides = [override("n1", nil), override("n2", "172.16.10.11")]
        let words =
            "router id 172.16.10.11, which BGPNodeConfigOverride/n2 asks for instance main, is held by n1, "
            + "which keeps it"
        // In a cluster that runs, and from manifests alone.
        for rendered in [cluster.fresh(with: cluster.rendered.nodeConfigs), cluster.fresh(with: [])] {
            #expect(rendered.ids == ["n1 172.16.10.11 InternalIP", "n2 172.16.10.12 InternalIP"])
            for status in rendered.overrides.map(\.status) {
                let condition = try #require(status.conditions.of("RouterIDConflict"))
                #expect(condition.status == .true)
                #expect(condition.message == words)
            }
            let ready = rendered.overrides.map { $0.status.conditions.of("Ready") }
            #expect(ready.map { $0?.status } == [.true, .false])
            #expect(ready.last??.reason == "RouterIDConflict")
            let config = try #require(rendered.clusterConfigs.first?.status)
            #expect(config.conditions.of("RouterIDConflict")?.message == words)
            #expect(config.conditions.of("RouterIDConflict")?.status == .true)
            let told = try #require(rendered.diagnostics.first { $0.reason == "RouterIDConflict" })
            #expect(told.severity == .error)
            #expect(told.object?.description == "BGPNodeConfigOverride/n2")
            #expect(told.field?.description == "spec.bgpInstances[0].routerID")
        }
    }

    @Test func `the older of two overrides with one router id keeps it`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]), node("n2", ips: ["172.16.10.12"]))
        cluster.renderAgain { $0.overrides = [override("n2", "192.0.2.9", created: 2)] }
        cluster.renderAgain { $0.overrides.append(override("n1", "192.0.2.9", created: 1)) }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 192.0.2.9 Override"])
        #expect(cluster.fresh(with: []).ids == ["n1 192.0.2.9 Override", "n2 172.16.10.12 InternalIP"])
    }

    @Test func `a refused router id leaves the one in use, even if an override set that as well`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]), node("n2", ips: ["172.16.10.12"]))
        cluster.renderAgain { $0.overrides = [override("n2", "192.0.2.9")] }
        cluster.renderAgain { $0.overrides = [override("n2", "172.16.10.11")] }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 192.0.2.9 Override"])
        // And are given once the holder has another.
        cluster.renderAgain { $0.overrides.append(override("n1", "192.0.2.1")) }
        #expect(cluster.ids == ["n1 192.0.2.1 Override", "n2 172.16.10.11 Override"])
        #expect(cluster.rendered.overrides.allSatisfy { $0.status.conditions.of("RouterIDConflict")?.status == .false })
    }

    @Test func `one router id may be used twice in different ASes`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]), node("n2", ips: ["172.16.10.12"]))
        cluster.renderAgain { $0.overrides = [override("n2", "172.16.10.11", asn: 65009)] }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 172.16.10.11 Override"])
        // Back in the same AS there is one too many, and the node keeps none that it was not asked to have.
        cluster.renderAgain { $0.overrides = [override("n2", nil)] }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 172.16.10.12 InternalIP"])
    }

    @Test func `each node has its own router id, even where nodes claim the same address`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]))
        // n1 moves, and a new node has its old address.
        cluster.renderAgain { $0.nodes = [node("n1", ips: ["172.16.10.21"]), node("n2", ips: ["172.16.10.11"])] }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 198.18.0.0 Pool"])
        cluster.renderAgain()
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n2 198.18.0.0 Pool"])
        // Two that an older operator gave the same: the one whose address it is keeps it.
        var both = cluster.rendered.nodeConfigs
        both[1].spec.bgpInstances[0].routerID = RouterID("172.16.10.11")
        both[1].spec.bgpInstances[0].routerIDSource = nil
        #expect(cluster.fresh(with: both).ids == ["n1 172.16.10.21 InternalIP", "n2 172.16.10.11 InternalIP"])
    }

    @Test func `several instances on a node share one router id`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11", "10.9.0.11"]))
        cluster.renderAgain {
            $0.nodes = [node("n1", ips: ["10.9.0.11", "172.16.10.11"])]
            $0.configs = [clusterConfig([instance(), instance(named: "second", asn: 65002)])]
        }
        #expect(cluster.ids == ["n1 172.16.10.11 InternalIP", "n1 172.16.10.11 InternalIP"])
    }

    @Test func `a broken override keeps its router ids, and no other node gets them`() {
        var cluster = Cluster(node("n1", ips: ["172.16.10.11"]), node("n2", ips: ["172.16.10.12"]))
        cluster.renderAgain { $0.overrides = [override("n1", "192.0.2.9")] }
        cluster.renderAgain {
            $0.overrides[0].spec.bgpInstances.append(.init(name: "main"))
            $0.overrides.append(override("n2", "192.0.2.9"))
        }
        #expect(cluster.ids == ["n1 192.0.2.9 Override", "n2 172.16.10.12 InternalIP"])
    }
}

extension RenderedCluster {
    /// Node, router id and source of every instance.
    fileprivate var ids: [String] {
        nodeConfigs.flatMap { config in
            config.spec.bgpInstances.map { instance in
                [
                    config.metadata.name, instance.routerID?.description ?? "-",
                    instance.routerIDSource?.rawValue ?? "-",
                ].joined(separator: " ")
            }
        }
    }
}
