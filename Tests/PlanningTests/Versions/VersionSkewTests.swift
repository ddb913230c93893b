import BGPResources
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct VersionSkewTests {
    private func version(_ text: String) throws -> ProgramVersion { try #require(ProgramVersion(text)) }

    @Test(arguments: [
        ("0.2.0", "0.2.0", 0, 2), ("v1.10.3", "1.10.3", 1, 10), ("0.3.0-rc.1", "0.3.0-rc.1", 0, 3),
        ("1.0.0+build", "1.0.0+build", 1, 0),
    ])
    func `a version is read as releases are tagged`(text: String, shown: String, major: Int, minor: Int) throws {
        let version = try version(text)
        #expect(version.description == shown)
        #expect(version.major == major)
        #expect(version.minor == minor)
    }

    @Test(arguments: [
        "", "0.2", "0.2.x", "0.2.0.1", "-1.0.0", "0..0", "9999999.0.0", String(repeating: "1.", count: 99),
    ])
    func `other text is not read as a version`(text: String) {
        #expect(ProgramVersion(text) == nil)
    }

    @Test(arguments: [
        ("0.2.0", "0.2.9", false), ("0.2.0", "0.3.0", false), ("0.4.0", "0.3.7", false), ("0.2.0", "0.4.0", true),
        ("0.9.0", "1.0.0", true), ("1.1.0", "2.1.0", true), ("1.9.0", "1.10.0", false),
    ])
    func `versions may be one minor version apart`(one: String, other: String, isTooFar: Bool) throws {
        #expect(try version(one).isTooFar(from: version(other)) == isTooFar)
        #expect(try version(other).isTooFar(from: version(one)) == isTooFar)
    }

    private func note(_ text: String) throws -> OperatorNote {
        OperatorNote(
            version: try version(text),
            classes: LoadBalancerClasses(["b.example/x", "a.example/y"], includesUnclassed: false)
        )
    }

    private func snapshot(_ operatorVersion: String?) throws -> ClusterSnapshot {
        ClusterSnapshot(
            nodes: [node("n1"), node("n2", ips: ["10.0.0.2"])],
            clusterConfigs: [clusterConfig(generation: 7)],
            peerConfigs: [peerConfig()],
            advertisements: [advertisement([serviceEntry()])],
            settings: ClusterSettings(note: try operatorVersion.map(note))
        )
    }

    @Test func `what the operator writes carries its version and the classes that it serves`() throws {
        let written = try #require(render(try snapshot("0.3.1"), now: noon).nodeConfig("n1"))
        #expect(
            written.metadata.annotations == [
                "martlet.dev/operator-version": "0.3.1", "martlet.dev/load-balancer-classes": "a.example/y,b.example/x",
                "martlet.dev/unclassed": "false",
            ]
        )
        #expect(written.operatorNote == (try note("0.3.1")))
        #expect(written.operatorVersion?.description == "0.3.1")
    }

    @Test func `an operator that gives no version is older than the first that did`() throws {
        let written = try #require(render(try snapshot(nil), now: noon).nodeConfig("n1"))
        #expect(written.metadata.annotations == nil)
        #expect(written.operatorNote == nil)
        #expect(written.operatorVersion == .unsaid)
        #expect(
            BGPNodeConfig(metadata: ObjectMeta(name: "by-hand"), spec: .init(bgpInstances: [])).operatorVersion == nil
        )
    }

    @Test func `an operator's version replaces another's, and nothing else is touched`() throws {
        let before = render(try snapshot("0.2.0"), now: noon).nodeConfigs
        let after = render(try snapshot("0.3.0"), now: noon)
        let changes = ClusterChanges(present: before, rendered: after)
        #expect(changes.noted.map(\.metadata.name) == ["n1", "n2"])
        #expect(changes.updated == [])
        #expect(!changes.isEmpty)
        #expect(ClusterChanges(present: after.nodeConfigs, rendered: after).isEmpty)
        // One that says nothing takes nothing away from what is there.
        #expect(ClusterChanges(present: before, rendered: render(try snapshot(nil), now: noon)).isEmpty)
    }

    /// The condition of the ClusterConfig where the speakers say these versions.
    private func condition(of own: String?, speakers: [String: String?]) throws -> Condition? {
        var snapshot = try snapshot(own)
        snapshot.nodeConfigs = render(snapshot, now: noon).nodeConfigs.map { nodeConfig in
            var nodeConfig = nodeConfig
            guard let said = speakers[nodeConfig.metadata.name] else { return nodeConfig }
            nodeConfig.status = BGPNodeConfig.Status(
                conditions: [Condition(type: "Ready", status: .true, reason: "Applied", message: "")],
                speakerVersion: said
            )
            return nodeConfig
        }
        return render(snapshot, now: noon).clusterConfigs.first?.status.conditions.of("VersionSkew")
    }

    @Test func `speakers too many versions away are reported on the ClusterConfig`() throws {
        let old = try #require(try condition(of: "0.4.0", speakers: ["n1": "0.2.3", "n2": "0.3.0"]))
        #expect(old.status == .true)
        #expect(old.reason == "VersionSkew")
        #expect(old.observedGeneration == 7)
        #expect(
            old.message == "this operator is 0.4.0, and versions may be one minor version apart; "
                + "too old: the speaker of n1 (0.2.3), upgrade the speakers"
        )
        let new = try #require(try condition(of: "0.2.0", speakers: ["n1": "0.4.0", "n2": "0.4.0"]))
        #expect(
            new.message == "this operator is 0.2.0, and versions may be one minor version apart; "
                + "this operator is too old for the speakers of n1 and n2 (0.4.0), upgrade it"
        )
        let silent = try #require(try condition(of: "0.3.0", speakers: ["n1": nil]))
        #expect(silent.message?.contains("too old: the speaker of n1 (older than 0.2.0)") == true)
    }

    @Test func `compatible versions and a missing version are not reported`() throws {
        let found: [[String: String?]] = [["n1": "0.2.0", "n2": "0.3.0"], ["n1": nil], [:]]
        for speakers in found {
            let found = try #require(try condition(of: "0.2.0", speakers: speakers))
            #expect(found.status == .false)
            #expect(found.reason == "VersionsMatch")
        }
        #expect(try condition(of: nil, speakers: ["n1": "0.9.0"]) == nil)
    }

    @Test func `a speaker reports an incompatible operator as well`() throws {
        func found(_ own: String, _ other: String?) throws -> Condition {
            VersionSkew.condition(speaker: try version(own), operator: try other.map(version))
        }
        #expect(try found("0.2.0", "0.3.0").message == "this speaker is 0.2.0, the operator 0.3.0")
        #expect(try found("0.2.0", "0.3.0").status == .false)
        #expect(try found("0.2.0", nil).reason == "OperatorUnknown")
        let old = try found("0.2.0", "0.4.0")
        #expect(old.status == .true)
        #expect(
            old.message == "this speaker is 0.2.0, the operator 0.4.0, and versions may be one minor version apart; "
                + "this speaker is too old: upgrade the speakers"
        )
        #expect(try found("1.0.0", "0.9.0").message?.hasSuffix("the operator is too old: upgrade it") == true)
    }
}
