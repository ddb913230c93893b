import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing

extension Interop {
    /// The homelab again, with objects that are deleted and made anew, as `kubectl replace --force`, Argo CD with `Replace=true` and
    /// Flux with `force` do it.
    @Suite struct ReplacedObjectTests {
        private static let folder = "Tests/InteropTests/Manifests/homelab"
        private static let override = """
            apiVersion: martlet.dev/v2
            kind: BGPNodeConfigOverride
            metadata: {name: worker-204}
            spec: {bgpInstances: [{name: homelab, routerID: 10.0.0.204}]}
            """

        @Test func `replaced objects end no session, withdraw no route and move no address`() async throws {
            try await withHomelab { homelab, objects in
                let before = try await Sight(homelab)
                // All at once, then one by one, then with two seconds in between.
                try await homelab.cluster.kubectl("replace", "--force", manifest: objects.joined(separator: "---\n"))
                try await isAsBefore(before, homelab, "all were replaced")
                for object in objects {
                    try await homelab.cluster.kubectl("replace", "--force", manifest: object)
                    try await isAsBefore(before, homelab, "replaced: \(object)")
                }
                for object in objects {
                    try await homelab.cluster.kubectl("delete", manifest: object)
                    try await homelab.cluster.network.control.command("sleep", "2").run()
                    try await homelab.cluster.kubectl("create", manifest: object)
                    try await isAsBefore(before, homelab, "deleted and made anew after two seconds: \(object)")
                }
                // What the operator wrote it writes again.
                try await homelab.cluster.kubectl("delete", "bgpnc", "--all")
                try await isAsBefore(before, homelab, "the BGPNodeConfigs were deleted")
            }
        }

        @Test func `replaced objects also wait for their dependents in the foreground`() async throws {
            try await withHomelab { homelab, objects in
                let before = try await Sight(homelab)
                try await homelab.cluster.kubectl("delete", "bgpcc", "homelab", "--cascade=foreground")
                try await homelab.cluster.kubectl("create", manifest: objects[0])
                try await isAsBefore(before, homelab, "the BGPClusterConfig was deleted in the foreground")
            }
        }

        @Test func `objects deleted for good end cleanly, and kubectl bgp says how long they count`() async throws {
            try await withHomelab { homelab, objects in
                let kubectl = homelab.cluster.kubectl
                try await kubectl("delete", manifest: objects.joined(separator: "---\n"))
                let peers = try await kubectl.bgp("peers")
                #expect(peers.errors.contains("BGPClusterConfig/homelab is deleted; what it asks for ends at"))
                #expect(peers.output.contains("established"), "the sessions are there: \(peers)")
                try await homelab.settles(at: [:])
                try await eventually("no session is left", is: []) {
                    try await homelab.router.neighbors().values.filter { $0 == "Established" }
                }
                try await eventually("nothing of ours is left", is: "") {
                    try await kubectl("get", "bgpcc,bgppc,bgpadv,bgpnco,lbpool,bgpnc", "-o", "name")
                }
                try await eventually("the service has no address", is: "") {
                    try await kubectl(
                        "get",
                        "service",
                        "traefik-ingress",
                        "-n",
                        "traefik-ingress",
                        "-o",
                        "jsonpath={.status.loadBalancer.ingress[*].ip}"
                    )
                }
            }
        }

        /// Runs a homelab in which every worker announces; gives its objects as texts, the BGPClusterConfig first.
        private func withHomelab(_ body: (Homelab, [String]) async throws -> Void) async throws {
            let texts = try ["bgp", "pool"].map { try Checkout.read("\(Self.folder)/\($0).yaml") }
            let objects = texts.joined(separator: "---\n").components(between: "---\n") + [Self.override]
            try await Homelab.with { homelab in
                try await homelab.cluster.kubectl("apply", manifest: Self.override)
                try await homelab.setPolicy("Cluster")
                try await eventually("all three workers have a session", is: Homelab.threeSessions) {
                    try await homelab.router.neighbors()
                }
                try await eventually("the override is in force", is: "10.0.0.204") {
                    try await homelab.routerID(of: "10.86.5.204")
                }
                try await homelab.settles(at: Self.everywhere(homelab))
                try await eventually("the kernel has told of all three", is: 3) {
                    homelab.monitor.changes(of: homelab.vip).last?.nextHops.count ?? 0
                }
                try await homelab.startOperatorPod()
                try await body(homelab, objects)
            }
        }

        private static func everywhere(_ homelab: Homelab) -> NextHops {
            [homelab.vip: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]]
        }

        private func isAsBefore(_ before: Sight, _ homelab: Homelab, _ what: String) async throws {
            try await eventually("\(what): it is applied", is: true) {
                let conditions = try await homelab.cluster.kubectl(
                    "get",
                    "bgpcc",
                    "homelab",
                    "-o",
                    #"jsonpath={.status.conditions[?(@.type=="Ready")].reason}"#
                )
                return conditions == "Applied"
            }
            #expect(try await Sight(homelab) == before, "\(what)")
        }

        /// What a router and a tenant see, and have seen.
        private struct Sight: Equatable {
            let changes: [RouteMonitor.Change]
            let sessions: [String: Int]
            let address: String

            init(_ homelab: Homelab) async throws {
                changes = homelab.monitor.changes(of: homelab.vip)
                sessions = try await homelab.establishments()
                address = try await homelab.cluster.address(of: "traefik-ingress", in: "traefik-ingress")
            }
        }
    }
}

extension Homelab {
    /// How often the session with each node was established, as the router counts it.
    fileprivate func establishments() async throws -> [String: Int] {
        let answer = try JSON.decode(JSONValue.self, from: Data(try await router.ask("show bgp neighbors json").utf8))
        return (answer.object ?? [:]).compactMapValues { $0["connectionsEstablished"]?.integer.map(Int.init) }
    }

    /// The router id that a node has told the router.
    fileprivate func routerID(of address: String) async throws -> String {
        let answer = try JSON.decode(JSONValue.self, from: Data(try await router.ask("show bgp neighbors json").utf8))
        return answer[address]?["remoteRouterId"]?.string ?? ""
    }

    /// Makes the pod that the operator would run in, so that kubectl bgp finds it.
    fileprivate func startOperatorPod() async throws {
        let address = VirtualNetwork.controlAddress
        try await cluster.kubectl(
            "apply",
            manifest: """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: bgp-operator
                  namespace: martlet-system
                  labels: {app.kubernetes.io/name: bgp-operator}
                spec:
                  serviceAccountName: bgp-operator
                  containers:
                    - name: bgp-operator
                      image: bgp-operator
                      ports: [{name: admin, containerPort: 9178, protocol: TCP}]
                """
        )
        try await cluster.kubectl(
            "patch",
            "pod",
            "bgp-operator",
            "-n",
            "martlet-system",
            "--subresource=status",
            "--type=merge",
            "-p",
            #"{"status":{"phase":"Running","podIP":"\#(address)","podIPs":[{"ip":"\#(address)"}]}}"#
        )
    }
}

extension String {
    /// The parts between marks.
    fileprivate func components(between mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
