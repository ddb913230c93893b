import Planning
import SpeakerRuntime

/// What a node, what selects it and what it has keep back.
extension Silence {
    static var nodeExcluded: Silence {
        let site = SilentSite()
        return address(
            Way.nodeExcluded.rawValue,
            site.with(\.node, "{zone: a}", "{zone: a, node.kubernetes.io/exclude-from-external-load-balancers: \"\"}")
        )
    }

    static var networkUnavailable: Silence {
        let site = SilentSite()
        return address(
            Way.networkUnavailable.rawValue,
            site.with(\.node, "status:\n", "status:\n  conditions: [{type: NetworkUnavailable, status: \"True\"}]\n")
        )
    }

    static var nodeDrained: Silence {
        let site = SilentSite()
        return Silence(
            site: site.with(
                \.node,
                "{name: n1,",
                "{name: n1, annotations: {martlet.dev/drain: force, martlet.dev/drain-grace-period-seconds: \"0\"},"
            ),
            answers: [
                Answer(words: service, says: "NodeDrained"),
                Answer(words: ["peers"], says: "kubectl bgp undrain n1"),
            ],
            condition: ofNode("Drained", "True", "Drained"),
            log: ["draining"]
        )
    }

    static var dataPathNotReady: Silence {
        let site = SilentSite()
        return Silence(
            site: site.starting { $0.datapathProbe = .url("http://127.66.10.1:9/") },
            answers: [
                Answer(words: service, says: "DataPathNotReady"),
                Answer(words: ["peers"], says: "no service route is announced yet: http://127.66.10.1:9/"),
                Answer(words: node, says: "DataPathNotReady"),
            ],
            condition: ofCluster("Ready", "True", "Applied applied on 1 node; no service route is announced yet by n1"),
            log: ["service routes wait for the data path reason=DataPathNotReady"]
        )
    }

    static var noPodCIDR: Silence {
        let site = SilentSite()
        return entry(
            Way.noPodCIDR.rawValue,
            site.announcing("advertisementType: PodCIDR").with(\.node, "spec: {podCIDRs: [10.244.1.0/24]}", "spec: {}")
        )
    }

    static var invalidPodCIDR: Silence {
        let site = SilentSite()
        return entry(
            Way.invalidPodCIDR.rawValue,
            site.announcing("advertisementType: PodCIDR").with(\.node, "[10.244.1.0/24]", "[10.244.1.0/240]")
        )
    }

    static var noInterfaceAddress: Silence {
        let site = SilentSite()
        return entry(
            Way.noInterfaceAddress.rawValue,
            site.announcing("advertisementType: Interface, interface: {name: none0}")
        )
    }

    static var noPool: Silence {
        let site = SilentSite()
        return entry(
            Way.noPool.rawValue,
            site.announcing("advertisementType: LoadBalancerIPPool, selector: {matchLabels: {no: pool}}")
        )
    }

    static var noClusterConfig: Silence {
        let site = SilentSite()
        return Silence(
            site: site.with(\.clusterConfig, "zone: a", "zone: b"),
            answers: [Answer(words: service, says: "NoClusterConfig"), Answer(words: node, says: "NoClusterConfig")],
            condition: ofCluster("NoMatchingNode", "True", "NoMatchingNode"),
            log: ["a condition changed", "BGPClusterConfig/rack", "reason=NoMatchingNode"]
        )
    }

    static var noPeers: Silence {
        var site = SilentSite()
        let peer =
            "      peers:\n        - {name: tor, peerAddress: 127.66.0.1, peerASN: 65000, peerConfigRef: {name: tor}}"
        site.clusterConfig = site.clusterConfig.replacing(peer, with: "      peers: []")
        site.override = ""
        return Silence(
            site: site,
            answers: [Answer(words: service, says: "NoPeers")],
            condition: ofCluster("SessionsEstablished", "False", "NoSessions"),
            log: ["reason=NoPeers"]
        )
    }

    static var conflictingClusterConfig: Silence {
        let site = SilentSite()
        let other = site.clusterConfig.replacing("name: rack", with: "name: other")
            .replacing("metadata: {", with: "metadata: {creationTimestamp: \"2020-01-01T00:00:00Z\", ")
        return Silence(
            site: site.adding(other),
            answers: [Answer(words: node, says: "ConflictingClusterConfig")],
            condition: ofCluster("ConflictingClusterConfig", "True", "ConflictingClusterConfig"),
            log: ["a condition changed", "BGPClusterConfig/rack", "reason=ConflictingClusterConfig"]
        )
    }

    static var foreignNodeConfig: Silence {
        var site = SilentSite()
        let foreign = """
            apiVersion: martlet.dev/v2
            kind: BGPNodeConfig
            metadata:
              name: n1
              ownerReferences: [{apiVersion: else.where/v1, kind: Robot, name: r2, uid: "1", controller: true}]
            spec: {bgpInstances: [{name: other, localASN: 65009}]}
            """
        site.others = [foreign]
        return Silence(
            site: site,
            answers: [Answer(words: node, says: "ForeignNodeConfig")],
            condition: ofCluster("Ready", "False", "ForeignNodeConfig"),
            log: ["a condition changed", "BGPClusterConfig/rack", "BGPNodeConfig/n1 is controlled by Robot/r2"]
        )
    }
}
