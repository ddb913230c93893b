import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import TestSupport
import Testing

/// What a plan says of things that only speakers will do.
struct PredictionTests {
    private var world: PlanWorld {
        var world = PlanWorld()
        world.nodes = [node("n1"), node("n2", ips: ["10.0.0.2"])]
        world.clusterConfigs = [clusterConfig()]
        world.peerConfigs = [peerConfig()]
        world.advertisements = [advertisement([serviceEntry()])]
        world.services = [
            service("web", loadBalancer: ["192.0.2.1"]),
            service("api", loadBalancer: ["192.0.2.2"], externalPolicy: .local),
        ]
        world.endpointSlices = [slice(of: "web", [.ready("n1")]), slice(of: "api", [.ready("n1")])]
        return world
    }

    private func condition(_ type: String, _ world: PlanWorld) -> Condition? {
        plan(world, now: noon).resources.first { $0.kind == "BGPClusterConfig" }?.conditions.of(type)
    }

    private func routes(_ world: PlanWorld) -> [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: plan(world, now: noon).nodes.map { node in
                (node.name, node.instances.flatMap(\.peers).flatMap(\.routes).map(\.prefix.description))
            }
        )
    }

    @Test func `a configuration that every speaker can apply is Ready, and of sessions nothing is claimed`() {
        let ready = condition("Ready", world)
        #expect(ready?.status == .true)
        #expect(ready?.reason == "Applied")
        #expect(ready?.message == "applies on 2 nodes as soon as the speakers have followed")
        let sessions = condition("SessionsEstablished", world)
        #expect(sessions?.status == .unknown)
        #expect(sessions?.reason == "NotTried")
    }

    @Test func `a configuration that its speakers cannot apply is not Ready, and says why`() {
        var world = world
        world.peerConfigs = [peerConfig { $0.authSecretRef = "tor-password" }]
        let ready = condition("Ready", world)
        #expect(ready?.status == .false)
        #expect(ready?.reason == "NotApplied")
        #expect(ready?.message?.contains("n1: BGPPeerConfig/tor refers to Secret/martlet-system/tor-password") == true)
        world.peerConfigs = []
        #expect(condition("Ready", world)?.reason == "MissingPeerConfigs")
    }

    @Test func `a node that is to be drained keeps only what no other node will announce`() {
        var world = world
        #expect(routes(world) == ["n1": ["192.0.2.1/32", "192.0.2.2/32"], "n2": ["192.0.2.1/32"]])
        world.nodes[0].metadata.annotations = [DrainRequest.annotation: "true"]
        #expect(routes(world) == ["n1": ["192.0.2.2/32"], "n2": ["192.0.2.1/32"]])
        world.nodes[0].metadata.annotations = [DrainRequest.annotation: "force"]
        #expect(routes(world) == ["n1": [], "n2": ["192.0.2.1/32"]])
        world.nodes[1].metadata.annotations = [DrainRequest.annotation: "true"]
        world.nodes[0].metadata.annotations = [DrainRequest.annotation: "true"]
        #expect(
            routes(world) == ["n1": ["192.0.2.1/32", "192.0.2.2/32"], "n2": ["192.0.2.1/32"]],
            "nodes that are drained at once do not rely on each other"
        )
    }

    @Test func `an invalid drain annotation is an error on the Node`() {
        var world = world
        world.nodes[0].metadata.annotations = [DrainRequest.annotation: "yes"]
        let found = plan(world, now: noon).diagnostics.first { $0.reason == "InvalidAnnotation" }
        #expect(found?.severity == .error)
        #expect(found?.object == ObjectReference(kind: "Node", name: "n1"))
        #expect(found?.message == "expected true, force or false, found \"yes\"")
    }
}
