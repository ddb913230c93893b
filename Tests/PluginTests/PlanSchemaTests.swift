import FoundationEssentials
import Inspection
import KubeJSON
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// `plugin/plan.schema.json` against real documents, by Python's jsonschema.
struct PlanSchemaTests {
    @Test func `every plan is as the schema says`() async throws {
        var documents: [(what: String, document: JSONValue)] = []
        let folders = ["homelab", "small-business", "bird", "data-centres"].map { "Tests/InteropTests/Manifests/\($0)" }
        for folder in folders + ["config/samples"] {
            documents.append((folder, try await plan("-f", Checkout.path(folder))))
        }
        let files = try TemporaryDirectory("schema")
        let rack = try files.write(TwoNodeManifests().text, to: "rack.yaml")
        let empty = try files.write("", to: "empty.yaml")
        documents.append(("added", try await plan("-f", rack, "--against", empty)))
        documents.append(("removed", try await plan("-f", empty, "--against", rack)))
        for folder in folders {
            documents.append(("to \(folder)", try await plan("-f", Checkout.path(folder), "--against", rack)))
        }
        for (index, edit) in Self.edits.enumerated() {
            let edited = try files.write(
                try TwoNodeManifests().text(replacing: edit.0, with: edit.1),
                to: "edit-\(index).yaml"
            )
            documents.append((edit.1, try await plan("-f", edited, "--against", rack)))
            documents.append((edit.1, try await plan("-f", edited)))
        }
        let faults = try await faults(of: documents.map(\.document))
        #expect(zip(documents, faults).map { $1.isEmpty ? "" : "\($0.what): \($1)" }.filter { !$0.isEmpty } == [])
        #expect(faults.count == documents.count)
    }

    @Test func `an invalid plan is refused`() async throws {
        let files = try TemporaryDirectory("schema")
        let rack = try files.write(TwoNodeManifests().text, to: "rack.yaml")
        let plan = try await plan("-f", rack)
        let text = plan.jsonText
        let wrong = try Self.wrong.map { old, new in
            let range = try #require(text.firstRange(of: old), "\(old)")
            return try JSON.decode(JSONValue.self, from: text.replacing(old, with: new, subrange: range))
        }
        let faults = try await faults(of: wrong + [[:], [], plan])
        for (edit, fault) in zip(Self.wrong, faults) { #expect(!fault.isEmpty, "\(edit)") }
        #expect(faults.suffix(3).map(\.isEmpty) == [false, false, true])
    }

    /// What leads to all fields of a plan.
    private static let edits = [
        ("localASN: 65001", "localASN: 65002"), ("holdTimeSeconds: 90", "holdTimeSeconds: 60"),
        ("holdTimeSeconds: 90", "holdTimeSeconds: ninety"), ("operator: Exists", "operator: In"),
        ("peerConfigRef: {name: tor}", "peerConfigRef: {name: top}"),
        ("spec:\n  timers:", "spec:\n  authSecretRef: md5\n  timers:"),
        ("peerAddress: 10.0.0.254", "autoDiscovery: {mode: DefaultGateway, defaultGateway: {addressFamily: ipv4}}"),
        ("- {advertisementType: PodCIDR}", "- {advertisementType: Prefixes, prefixes: [10.9.0.0/16]}"),
        ("- {advertisementType: PodCIDR}", "- {advertisementType: LoadBalancerIPPool, selector: {}}"),
        (
            "- {advertisementType: PodCIDR}",
            "- {advertisementType: PodCIDR, attributes: {communities: {standard: [\"65000:1\"], "
                + "wellKnown: [no-export], large: [\"65000:1:2\"]}, localPreference: 150, med: 10, asPathPrepend: 2, "
                + "origin: Incomplete}}"
        ),
        ("cidr: 192.0.2.0/24", "cidr: 198.51.100.0/24"), ("cidr: 192.0.2.0/24", "cidr: 10.0.0.0/24"),
        ("peerASN: 65000", "peerASN: 0"), ("address: 10.0.0.2}", "address: \"2001:db8::2\"}"),
    ]

    /// One thing wrong each.
    private static let wrong = [
        ("\"kind\": \"Plan\"", "\"kind\": \"Plans\""),
        ("martlet.dev/v2\",\n    \"diag", "martlet.dev/v3\",\n    \"diag"),
        ("\"family\": \"ipv4/unicast\"", "\"family\": \"ipv4\""), ("\"origin\": \"igp\"", "\"origin\": \"IGP\""),
        ("\"peerASN\": 65000", "\"peerASN\": \"65000\""), ("\"peerASN\": 65000", "\"peerASN\": 4294967296"),
        ("\"peerASN\": 65000", "\"peerASN\": 65000, \"sessionEffect\": \"Restart\""),
        ("\"peerASN\": 65000", "\"peerASN\": 65000, \"down\": \"yes\""),
        ("\"origin\": \"igp\"", "\"origin\": \"igp\", \"communities\": [\"no-export\"]"),
        ("\"origin\": \"igp\"", "\"origin\": \"igp\", \"largeCommunities\": [\"1:2\"]"),
        ("\"origin\": \"igp\"", "\"origin\": \"igp\", \"asPathPrepend\": 0"),
        ("\"origin\": \"igp\"", "\"origin\": \"igp\", \"nextHop\": \"10.0.0.1\""),
        ("\"type\": \"PodCIDR\"", "\"type\": \"Pod\""),
        ("\"localASN\": 65001", "\"localASN\": -1"), ("\"instances\"", "\"instance\""),
        ("\"diagnostics\": []", "\"diagnostics\": [{\"severity\": \"error\", \"reason\": \"a\", \"message\": \"b\"}]"),
        ("\"diagnostics\": []", "\"diagnostics\": [{\"severity\": \"Error\", \"reason\": \"a\"}]"),
        ("\"status\": \"True\"", "\"status\": true"),
    ]

    private func plan(_ words: String...) async throws -> JSONValue {
        let outcome = await run(["plan"] + words + ["-o", "json"], against: FixedCluster())
        return try JSON.decode(JSONValue.self, from: outcome.output)
    }

    private func faults(of documents: [JSONValue]) async throws -> [String] {
        var command = Command(
            "python3",
            Checkout.path("Tests/PluginTests/validate_documents.py"),
            Checkout.path("plugin/plan.schema.json")
        )
        command.input = String(decoding: try JSON.encode(documents), as: UTF8.self)
        return try await command.run().split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
            String.init
        )
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String, subrange: Range<Index>) -> String {
        String(self[..<subrange.lowerBound]) + new + self[subrange.upperBound...]
    }
}
