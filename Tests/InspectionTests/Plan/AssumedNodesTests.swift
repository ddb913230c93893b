import BGPResources
import Fixtures
import Inspection
import KubeModel
import Planning
import TestSupport
import Testing

/// What a plan takes to be there when no Node is given.
struct AssumedNodesTests {
    private func world(_ selector: LabelSelector?) -> PlanWorld {
        var world = PlanWorld()
        var config = clusterConfig()
        config.spec.nodeSelector = selector
        world.clusterConfigs = [config]
        world.peerConfigs = [peerConfig()]
        return world
    }

    private typealias Requirement = LabelSelector.Requirement

    @Test(arguments: [
        nil, LabelSelector(), LabelSelector(matchLabels: ["a": "b", "c": ""]),
        LabelSelector(matchExpressions: [Requirement(key: "a", operator: .exists)]),
        LabelSelector(matchExpressions: [Requirement(key: "a", operator: .doesNotExist)]),
        LabelSelector(matchExpressions: [Requirement(key: "a", operator: .notIn, values: ["b"])]),
        LabelSelector(matchExpressions: [
            Requirement(key: "a", operator: .in, values: ["b", "c"]),
            Requirement(key: "a", operator: .notIn, values: ["b"]),
        ]),
        LabelSelector(matchExpressions: [
            Requirement(key: "a", operator: .exists), Requirement(key: "a", operator: .notIn, values: ["", "x", "xx"]),
        ]),
        LabelSelector(
            matchLabels: ["a": "b"],
            matchExpressions: [
                Requirement(key: "a", operator: .in, values: ["b"]), Requirement(key: "z", operator: .notIn),
            ]
        ),
    ])
    func `a node is found for every selector that can match one`(selector: LabelSelector?) {
        let plan = plan(world(selector), now: noon)
        #expect(plan.nodes.map(\.name) == ["site/*"])
        #expect(plan.diagnostics.filter { $0.severity != .info && $0.reason == "NoMatchingNode" } == [])
        let conditions = plan.resources.first { $0.kind == "BGPClusterConfig" }?.conditions ?? []
        #expect(conditions.of("NoMatchingNode")?.status == .unknown)
        #expect(conditions.of("NoMatchingNode")?.reason == "NoNodes")
    }

    @Test func `for one that can match none it is said that none does`() {
        let selector = LabelSelector(
            matchExpressions: [
                Requirement(key: "a", operator: .exists), Requirement(key: "a", operator: .doesNotExist),
            ]
        )
        let plan = plan(world(selector), now: noon)
        #expect(plan.nodes == [])
        #expect(plan.diagnostics.contains { $0.reason == "NoMatchingNode" })
    }

    @Test func `a whole cluster without nodes has none`() {
        var world = world(nil)
        world.isWholeCluster = true
        let plan = plan(world, now: noon)
        #expect(plan.nodes == [])
        #expect(plan.diagnostics.contains { $0.reason == "NoMatchingNode" })
    }

    @Test func `another ClusterConfig changes nothing about the first, whose router ids are unknown`() {
        let before = world(nil)
        var after = before
        var other = clusterConfig(named: "before-it")
        other.metadata.uid = "other"
        after.clusterConfigs.append(other)
        let plan = plan(after, against: before, now: noon)
        let site = plan.nodes.first { $0.name == "site/*" }
        #expect(site?.instances.flatMap(\.peers).map(\.sessionEffect) == [SessionEffect.none])
        #expect(site?.instances.first?.routerID == nil)
        #expect(plan.nodes.first { $0.name == "before-it/*" }?.change == .added)
    }
}
