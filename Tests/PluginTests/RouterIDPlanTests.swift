import FoundationEssentials
import Inspection
import KubeJSON
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// What `plan` says of router ids, which stay with what they are in use by.
@Suite struct RouterIDPlanTests {
    private func plan(_ after: String, against before: String) async throws -> JSONValue {
        let files = try TemporaryDirectory("plan")
        let old = try files.write(before, to: "before/rack.yaml")
        let new = try files.write(after, to: "after/rack.yaml")
        let outcome = await run("plan", "-f", new, "--against", old, "-o", "json")
        return try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
    }

    private func rack(_ addresses: [String]) throws -> String {
        let list = addresses.map { "{type: InternalIP, address: \($0)}" }.joined(separator: ", ")
        return try TwoNodeManifests().text(
            replacing: "addresses: [{type: InternalIP, address: 10.0.0.1}]",
            with: "addresses: [\(list)]"
        )
    }

    @Test(arguments: [["10.9.0.1", "10.0.0.1"], [], ["10.9.0.1"], ["fd00::1", "10.9.0.1"]])
    func `a plan for changed Node addresses ends no session`(addresses: [String]) async throws {
        let plan = try await plan(rack(addresses), against: rack(["10.0.0.1", "10.9.0.1"]))
        let instance = plan["nodes"]?[0]?["instances"]?[0]
        #expect(instance?["routerID"] == "10.0.0.1")
        #expect(instance?["peers"]?[0]?["sessionEffect"] == "None")
        #expect(plan["nodes"]?[0]?["change"] == nil)
        let told = (plan["diagnostics"]?.array ?? []).compactMap { $0["reason"]?.string }
        #expect(!told.contains("SessionRecreate"))
    }

    @Test func `a plan refuses the router id of another node, and ends no session either`() async throws {
        let before = try rack(["10.0.0.1"])
        let override = """

            ---
            apiVersion: martlet.dev/v2
            kind: BGPNodeConfigOverride
            metadata: {name: n1}
            spec:
              bgpInstances:
                - {name: i, routerID: 10.0.0.2}
            """
        let plan = try await plan(before + override, against: before)
        #expect((plan["nodes"]?.array ?? []).map { $0["instances"]?[0]?["routerID"] } == ["10.0.0.1", "10.0.0.2"])
        let effects = (plan["nodes"]?.array ?? []).map { $0["instances"]?[0]?["peers"]?[0]?["sessionEffect"] }
        #expect(effects == ["None", "None"])
        let conflict = (plan["diagnostics"]?.array ?? []).first { $0["reason"] == "RouterIDConflict" }
        #expect(conflict?["severity"] == "Error")
        #expect(conflict?["object"] == "BGPNodeConfigOverride/n1")
    }
}
