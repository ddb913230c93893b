import BGPTypes
import Inspection
import KubeJSON
import KubeModel
import TestSupport
import Testing

/// One row of what changes do to sessions, made on a running speaker.
struct LiveChange: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let effects: [String]
    let change: @Sendable (inout SmallRack) -> Void

    /// The effects are those on main/outer, main/inner and second/outer.
    init(_ name: String, _ effects: [String], _ change: @escaping @Sendable (inout SmallRack) -> Void) {
        testDescription = name
        self.effects = effects
        self.change = change
    }

    static let all = [
        LiveChange("an advertisement's attributes", ["UpdateOnly", "None", "None"]) { $0.med = 20 },
        LiveChange("a service's addresses", ["UpdateOnly", "UpdateOnly", "UpdateOnly"]) { $0.external = "203.0.113.2" },
        LiveChange("endpoints", ["UpdateOnly", "UpdateOnly", "UpdateOnly"]) { $0.isReady = false },
        LiveChange("hold time", ["Reset", "None", "None"]) { $0.timers["holdTimeSeconds"] = 60 },
        LiveChange("keepalive time", ["Reset", "None", "None"]) { $0.timers["keepAliveTimeSeconds"] = 5 },
        LiveChange("connect retry time", ["Reset", "None", "None"]) { $0.timers["connectRetryTimeSeconds"] = 2 },
        LiveChange("graceful restart", ["Reset", "None", "None"]) { $0.more = ["gracefulRestart": ["enabled": true]] },
        LiveChange("multihop", ["Reset", "None", "None"]) { $0.more = ["ebgpMultihop": 5] },
        LiveChange("families", ["Reset", "None", "None"]) { $0.families = ["ipv4", "ipv6"] },
        LiveChange("password that is missing", ["Removed", "None", "None"]) { $0.more = ["authSecretRef": "gone"] },
        LiveChange("PeerConfig deleted", ["Removed", "None", "None"]) { $0.hasPeerConfig = false },
        LiveChange("peerASN", ["Recreate", "None", "None"]) { $0.outerASN = 0 },
        LiveChange("peerAddress", ["None", "Recreate", "None"]) { $0.innerRouter = "outer" },
        LiveChange("localASN", ["Recreate", "Recreate", "None"]) { $0.localASN = 65002 },
        LiveChange("routerID", ["Recreate", "Recreate", "None"]) { $0.routerID = "10.9.9.9" },
        LiveChange("localPort", ["Recreate", "Recreate", "None"]) { $0.localPort = 17_917 },
        LiveChange("peer removed", ["None", "Removed", "None"]) { $0.innerRouter = nil },
        LiveChange("instance removed", ["None", "None", "Removed"]) { $0.hasSecond = false },
        LiveChange("node deselected", ["Removed", "Removed", "Removed"]) { $0.selects = "nobody" },
    ]
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct SessionChangeTests {
    @Test func `each change does to sessions what plan predicts and the router sees, row by row`() async throws {
        try await AgreementCluster.with(230) { rack in
            let base = SmallRack(plan: rack.plan)
            for object in base.objects { try await rack.make(.apply(object)) }
            _ = try await rack.settle("the small rack")
            for row in LiveChange.all {
                var changed = base
                row.change(&changed)
                let there = try #require(Self.difference(base, changed), "\(row)")
                let predicted = try await rack.hold(there, "\(row)")
                #expect(Self.sessions.map { predicted.effects[$0] } == row.effects, "\(row)")
                let back = try #require(Self.difference(changed, base), "\(row)")
                _ = try await rack.hold(back, "back from \(row)")
            }
        }
    }

    /// Back and forth, since the garbage collector and the operator race for the NodeConfig every time.
    @Test func `a node moves to another ClusterConfig without losing its session`() async throws {
        try await AgreementCluster.with(232) { rack in
            let small = SmallRack(plan: rack.plan)
            let heir = small.clusterConfig(named: "heir")
            for object in small.objects { try await rack.make(.apply(object)) }
            _ = try await rack.settle("the small rack")
            for (going, coming) in [
                (small.clusterConfig(named: "site"), heir), (heir, small.clusterConfig(named: "site")),
            ] {
                _ = try await rack.hold(.apply(coming), "another beside the one that is there")
                let predicted = try await rack.hold(.delete(going), "the one that was there goes")
                #expect(Self.sessions.map { predicted.effects[$0] } == ["None", "None", "None"])
            }
        }
    }

    /// What routers tell is counted and shown, and neither installed nor told to anybody.
    @Test func `a learned route is shown but not announced`() async throws {
        try await AgreementCluster.with(231) { rack in
            for object in SmallRack(plan: rack.plan).objects { try await rack.make(.apply(object)) }
            _ = try await rack.settle("the small rack")
            let outer = try #require(rack.routers.first)
            outer.tell("198.51.100.0/24", to: Self.sessions[0])
            try await eventually("the node has the route", is: ["n1 main/outer 198.51.100.0/24"]) {
                let received = try await rack.bgp(["routes", "received"])
                return (received["items"]?.array ?? []).map { route in
                    let words = ["node", "instance", "peer", "prefix"].map { route[$0]?.string ?? "" }
                    return "\(words[0]) \(words[1])/\(words[2]) \(words[3])"
                }
            }
            // The next change goes out behind whatever the learned route might have caused.
            var changed = SmallRack(plan: rack.plan)
            changed.external = "203.0.113.2"
            for object in changed.objects { try await rack.make(.apply(object)) }
            let plan = PlanDocument(try await rack.settle("the learned route is known"))
            #expect(plan.routes.values.allSatisfy { $0.compact.contains("203.0.113.2") })
        }
    }

    private static let sessions = [("main", "outer"), ("main", "inner"), ("second", "outer")].map {
        SessionName(node: "n1", instance: $0, peer: $1)
    }

    /// The one object that differs.
    private static func difference(_ old: SmallRack, _ new: SmallRack) -> GeneratedCluster.Change? {
        let (before, after) = (old.objects, new.objects)
        if let object = after.first(where: { !before.contains($0) }) { return .apply(object) }
        return before.first { !after.contains($0) }.map { .delete($0) }
    }
}

/// One node with two instances and three sessions, as what a user may say about them.
struct SmallRack: Sendable {
    var med = 10
    var external = "203.0.113.1"
    var isReady = true
    var timers: [String: JSONValue] = [
        "connectRetryTimeSeconds": 1, "holdTimeSeconds": 30, "keepAliveTimeSeconds": 10,
    ]
    var more: [String: JSONValue] = [:]
    var families = ["ipv4"]
    var hasPeerConfig = true
    var outerASN: Int64 = 65000
    var innerRouter: String? = "inner"
    var localASN: Int64 = 65001
    var routerID = "10.9.9.1"
    var localPort: Int64?
    var hasSecond = true
    var selects = "n1"
    let plan: AgreementCluster.Plan

    /// Everything as manifests, Nodes first.
    var objects: [JSONValue] {
        [
            node, clusterConfig(named: "site"), advertisement("public", med: med), advertisement("other", med: 5),
            override, service,
            slice,
        ]
            + (hasPeerConfig ? [peerConfig("tor", timers, more, families)] : [])
            + [peerConfig("plain", ["connectRetryTimeSeconds": 1], [:], ["ipv4"])]
    }

    private func ours(_ kind: String, _ name: String, labels: JSONValue = [:], _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "martlet.dev/v2", "kind": .string(kind),
            "metadata": ["name": .string(name), "labels": labels], "spec": spec,
        ]
    }

    private var node: JSONValue {
        [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": "n1", "labels": ["name": "n1"]],
            "status": ["addresses": [["type": "InternalIP", "address": "10.0.0.1"]]],
        ]
    }

    func clusterConfig(named name: String) -> JSONValue {
        func peer(_ name: String, to router: String, _ config: String, asn: Int64) -> JSONValue {
            [
                "name": .string(name), "peerAddress": .string(plan.router(router).description),
                "peerASN": .integer(asn), "peerConfigRef": ["name": .string(config)],
            ]
        }
        var peers = [peer("outer", to: "outer", "tor", asn: outerASN)]
        if let innerRouter {
            peers.append(
                peer("inner", to: innerRouter, "plain", asn: Int64(AgreementCluster.Plan.asNumber(innerRouter)))
            )
        }
        var main: [String: JSONValue] = ["name": "main", "localASN": .integer(localASN), "peers": .array(peers)]
        main["localPort"] = localPort.map { .integer($0) }
        let second: JSONValue = [
            "name": "second", "localASN": 65003, "peers": [peer("outer", to: "outer", "plain", asn: 65000)],
        ]
        return ours(
            "BGPClusterConfig",
            name,
            [
                "nodeSelector": ["matchLabels": ["name": .string(selects)]],
                "bgpInstances": .array([.object(main)] + (hasSecond ? [second] : [])),
            ]
        )
    }

    private func peerConfig(
        _ name: String,
        _ timers: [String: JSONValue],
        _ more: [String: JSONValue],
        _ families: [String]
    ) -> JSONValue {
        var spec = more
        spec["transport"] = ["peerPort": .integer(Int64(AgreementRouter.port))]
        spec["timers"] = .object(timers)
        spec["families"] = .array(
            families.map { family in
                [
                    "afi": .string(family), "safi": "unicast",
                    "advertisements": ["matchLabels": ["for": .string(name)]],
                ]
            }
        )
        return ours("BGPPeerConfig", name, .object(spec))
    }

    /// `public` goes to the first peer, `other` to the rest.
    private func advertisement(_ name: String, med: Int) -> JSONValue {
        ours(
            "BGPAdvertisement",
            name,
            labels: ["for": .string(name == "public" ? "tor" : "plain")],
            [
                "advertisements": [
                    [
                        "advertisementType": "Service", "service": ["addresses": ["ExternalIP"]], "selector": [:],
                        "attributes": ["med": .integer(Int64(med))],
                    ]
                ]
            ]
        )
    }

    private var override: JSONValue {
        func peer(_ instance: String, _ name: String, from source: String) -> JSONValue {
            let session = SessionName(node: "n1", instance: instance, peer: source)
            return ["name": .string(name), "localAddress": .string(plan.source(session).description)]
        }
        return ours(
            "BGPNodeConfigOverride",
            "n1",
            [
                "bgpInstances": [
                    [
                        "name": "main", "routerID": .string(routerID),
                        "peers": [peer("main", "outer", from: "outer"), peer("main", "inner", from: "inner")],
                    ],
                    ["name": "second", "routerID": "10.9.9.2", "peers": [peer("second", "outer", from: "outer")]],
                ]
            ]
        )
    }

    private var service: JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default"],
            "spec": [
                "type": "ClusterIP", "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"],
                "externalIPs": [.string(external)], "externalTrafficPolicy": "Cluster",
                "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
            ],
        ]
    }

    private var slice: JSONValue {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": "web-1", "namespace": "default", "labels": ["kubernetes.io/service-name": "web"],
            ],
            "addressType": "IPv4",
            "endpoints": [["addresses": ["10.112.0.9"], "nodeName": "n1", "conditions": ["ready": .bool(isReady)]]],
            "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
        ]
    }
}
