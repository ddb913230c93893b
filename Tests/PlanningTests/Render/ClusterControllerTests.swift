import BGPResources
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

struct ClusterControllerTests {
    private let nodes = [node("n1"), node("n2", ips: ["10.0.0.2"])]
    private let now = Moment(elapsed: .zero, time: noon)

    private func version(_ object: BGPClusterConfig, _ version: String) -> BGPClusterConfig {
        var object = object
        object.metadata.resourceVersion = version
        return object
    }

    /// Two nodes of one ClusterConfig.
    private func snapshot(present: [BGPNodeConfig] = []) -> ClusterSnapshot {
        ClusterSnapshot(
            nodes: nodes,
            clusterConfigs: [version(clusterConfig(), "4")],
            peerConfigs: [peerConfig()],
            nodeConfigs: present
        )
    }

    private func statuses(_ effects: [ClusterEffect]) -> [StatusWrite] {
        effects.flatMap { effect -> [StatusWrite] in if case .write(let writes) = effect { writes } else { [] } }
    }

    private func names(_ effects: [ClusterEffect]) -> [String] {
        effects.compactMap { effect in
            switch effect {
            case .show: nil
            case .hold(let names): "hold \(names.joined(separator: " "))"
            case .apply(let writes): "apply \(writes.map(\.nodeConfig.metadata.name).joined(separator: " "))"
            case .remove(let surplus): "remove \(surplus.map(\.metadata.name).joined(separator: " "))"
            case .write(let writes): "write \(writes.map { "\($0.type.kind)/\($0.key.name)" }.joined(separator: " "))"
            case .record(let event): "record \(event.reason)"
            case .wake(let after): "wake \(after)"
            }
        }
    }

    @Test func `what is rendered is shown, applied and said, all at once`() {
        var controller = ClusterController()
        let effects = controller.handle(.changed(ClusterInputs(snapshot())), at: now)
        let rendered = render(snapshot(), now: noon)
        #expect(effects.first == .show(rendered))
        #expect(effects.dropFirst().first == .apply(rendered.nodeConfigs.map { NodeConfigWrite($0) }))
        #expect(names(effects) == ["apply n1 n2", "write BGPClusterConfig/site BGPPeerConfig/tor"])
    }

    @Test func `a status that was taken is not written again before the watch brings it, and is said once`() {
        var controller = ClusterController()
        let present = render(snapshot(), now: noon).nodeConfigs
        let first = controller.handle(.changed(ClusterInputs(snapshot(present: present))), at: now)
        let site = ObjectKey(name: "site")
        let taken = ObjectMeta(name: "site", resourceVersion: "7")
        let events = controller.handle(.answered(BGPClusterConfig.type, site, taken), at: now)
        #expect(events == [], "that speakers have not followed yet is no event")
        let second = controller.handle(.changed(ClusterInputs(snapshot(present: present))), at: now)
        #expect(statuses(first).map(\.key.name) == ["site", "tor"])
        #expect(statuses(second).map(\.key.name) == ["tor"], "this one was not answered")
        #expect(controller.handle(.answered(BGPClusterConfig.type, site, taken), at: now) == [])
    }

    @Test func `a condition that turns bad is an event once its status is taken`() {
        var controller = ClusterController()
        var snapshot = snapshot()
        snapshot.nodes = []
        _ = controller.handle(.changed(ClusterInputs(snapshot)), at: now)
        let events = controller.handle(
            .answered(BGPClusterConfig.type, ObjectKey(name: "site"), ObjectMeta(name: "site", resourceVersion: "7")),
            at: now
        )
        #expect(names(events) == ["record NoMatchingNode"])
    }

    @Test func `what a new operator finds other than it would have it is left alone until nothing can come back`() {
        var controller = ClusterController()
        // The ClusterConfig of both is gone, and may have been deleted a moment ago.
        var inputs = ClusterInputs(
            ClusterSnapshot(nodes: nodes, nodeConfigs: render(snapshot(), now: noon).nodeConfigs),
            settlingTime: .seconds(5)
        )
        #expect(names(controller.handle(.changed(inputs), at: now)) == ["hold n1 n2", "wake 5.0 seconds"])
        inputs.settlingTime = nil
        #expect(names(controller.handle(.changed(inputs), at: now)) == ["remove n1 n2"])
    }

    @Test func `what depends on an object of which no version could be read stays as it is`() {
        var inputs = ClusterInputs(
            ClusterSnapshot(nodes: nodes, nodeConfigs: render(snapshot(), now: noon).nodeConfigs)
        )
        let broken = InvalidObject(
            key: ObjectKey(name: "site"),
            resourceVersion: "4",
            generation: 3,
            conditions: [],
            diagnostics: [Diagnostic(severity: .error, reason: "InvalidField", message: "spec: expected an object")]
        )
        inputs.invalid.add(BGPClusterConfig.type, [broken]) { _ in false }
        var controller = ClusterController()
        let effects = controller.handle(.changed(inputs), at: now)
        #expect(names(effects) == ["write BGPClusterConfig/site"])
        let conditions = statuses(effects).first?.manifest["status"]?["conditions"]?.array
        #expect(conditions?.first?["reason"]?.string == "InvalidSpec")
        #expect(conditions?.first?["message"]?.string == "spec: expected an object")
        // Once a version was read, that one counts, and its nodes are let go.
        inputs.invalid.add(BGPClusterConfig.type, [broken]) { _ in true }
        #expect(names(controller.handle(.changed(inputs), at: now)) == ["remove n1 n2", "write BGPClusterConfig/site"])
    }

    @Test func `what said that nothing comes in its place is taken back first`() {
        var present = render(snapshot(), now: noon).nodeConfigs
        present[0].metadata.annotations = [BGPNodeConfig.letGoAnnotation: "true"]
        var controller = ClusterController()
        let effects = controller.handle(.changed(ClusterInputs(snapshot(present: present))), at: now)
        let wanted = render(snapshot(), now: noon).nodeConfigs[0]
        #expect(effects.contains(.apply([NodeConfigWrite(wanted, letGo: present[0])])))
    }
}
