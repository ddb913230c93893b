import FoundationEssentials
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// The forms in which manifests come: by hand, from tools, from other systems, and not at all.
@Suite struct ManifestFormTests {
    private static let mistaken = Site.bgp.replacing("holdTimeSeconds: 9", with: "holdTime: 9")

    private func lint(_ text: String, _ name: String = "bgp.yaml") async throws -> Outcome {
        let files = try TemporaryDirectory("form")
        let path = try files.write(text, to: name)
        let others = try [Site.nodes: "nodes.yaml", Site.services: "services.yaml"].map { try files.write($0, to: $1) }
        var outcome = await run(["lint", "-f", path] + others, against: FixedCluster())
        outcome.output = outcome.output.replacing("\(files.path)/", with: "")
        return outcome
    }

    @Test(arguments: [
        ("line ends of Windows", mistaken.replacing("\n", with: "\r\n"), 50),
        ("a byte order mark", "\u{FEFF}" + mistaken, 50),
        ("words behind the dashes", mistaken.replacing("---", with: "--- # the next"), 50),
        (
            "comments and empty documents of helm",
            "---\n# Source: bgp/templates/none.yaml\n\n---\n# Source: bgp/templates/bgp.yaml\n" + mistaken, 55
        ),
        (
            "an anchor and an alias",
            mistaken.replacing("Ref:\n            name: tor\n  ", with: "Ref: &ref\n            name: tor\n  ")
                .replacing("Ref:\n            name: tor\n---", with: "Ref: *ref\n---", maxReplacements: 1), 49
        ),
    ])
    func `manifests are read with the line of every object`(name: String, text: String, line: Int) async throws {
        let outcome = try await lint(text)
        let finding: String =
            "bgp.yaml:\(line):5: error: BGPPeerConfig/tor: spec.timers.holdTime: unknown field, "
            + "did you mean holdTimeSeconds? (UnknownField)\n"
        #expect(outcome.output == finding)
        #expect(outcome.status == .failure)
    }

    @Test(arguments: ["v1|List", "martlet.dev/v2|BGPPeerConfigList"])
    func `manifests are read from lists in JSON`(type: String) async throws {
        let words = type.split(separator: "|").map(String.init)
        let outcome = try await lint(
            """
            {
              "apiVersion": "\(words[0])", "kind": "\(words[1])",
              "items": [
                {"apiVersion": "martlet.dev/v2", "kind": "BGPPeerConfig", "metadata": {"name": "one"},
                 "spec": {"families": [{"afi": "ipv4", "safi": "unicast", "advertisements": {}}]}},
                {"apiVersion": "martlet.dev/v2", "kind": "BGPPeerConfig", "metadata": {"name": "two"},
                 "spec": {"ebgpMultiHop": 3}}
              ]
            }

            """,
            "list.json"
        )
        #expect(outcome.status == .failure)
        #expect(
            outcome.output.contains(
                "list.json:7:15: error: BGPPeerConfig/two: spec.ebgpMultiHop: unknown field, did you mean ebgpMultihop?"
            )
        )
    }

    @Test func `manifests are read from consecutive JSON objects`() async throws {
        let outcome = try await lint(
            """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "} {"}}
            {
              "apiVersion": "martlet.dev/v2", "kind": "BGPPeerConfig",
              "metadata": {"name": "two"}, "spec": {"ebgpMultiHop": 3}
            }
            {"apiVersion": "martlet.dev/v2", "kind": "BGPPeerConfig", "metadata": {"name": "three"}, "spec": []}

            """,
            "stream.json"
        )
        #expect(outcome.output.contains("stream.json:4:41: error: BGPPeerConfig/two: spec.ebgpMultiHop: "))
        #expect(outcome.output.contains("stream.json:6:"))
    }

    @Test func `a template that is not filled in says so`() async throws {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: {{ .Values.count }}}\n"
        let outcome = try await lint(text)
        #expect(outcome.status == .failure)
        #expect(outcome.output.hasPrefix("bgp.yaml:4:"))
        #expect(outcome.output.contains("this is a template that was not filled in: helm template (InvalidManifest)"))
    }

    @Test func `each file below a directory is read once, wherever links lead`() async throws {
        let files = try TemporaryDirectory("form")
        try FileManager.default.createDirectory(atPath: files.path("site/below"), withIntermediateDirectories: true)
        for (text, name) in [(Site.bgp, "bgp.yaml"), (Site.nodes, "below/nodes.yml"), (Site.services, "s.yaml")] {
            try files.write(text, to: "site/\(name)")
        }
        try FileManager.default.createSymbolicLink(
            atPath: files.path("site/below/again"),
            withDestinationPath: "../../site"
        )
        #expect(await run("lint", "-f", files.path("site")) == Outcome(status: .success, output: "", errors: ""))
    }

    @Test func `a directory without manifests is not reported as clean`() async throws {
        let files = try TemporaryDirectory("form")
        try FileManager.default.createDirectory(atPath: files.path("empty"), withIntermediateDirectories: true)
        let path = files.path("empty")
        let refused = Outcome(
            status: .failure,
            output: "",
            errors: "error: the directory \"\(path)\" holds no manifests: no .yaml, .yml or .json\n"
        )
        #expect(await run("lint", "-f", path) == refused)
        #expect(await run("plan", "-f", path) == refused)
        // As when what should have written it has failed.
        let bare = try files.write("# nothing\n---\n", to: "bare.yaml")
        for command in ["lint", "plan"] {
            #expect(
                await run(command, "-f", bare)
                    == Outcome(status: .failure, output: "", errors: "error: \"\(bare)\" holds no manifests\n")
            )
        }
        let app = try files.write("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n", to: "app.yaml")
        #expect(
            await run("lint", "-f", app)
                == Outcome(
                    status: .success,
                    output: "info: no object is of a kind that is looked at here (MissingObjects)\n",
                    errors: ""
                )
        )
        // Nothing is a state to compare with: that of a folder that is new.
        let site = try files.write(Site.nodes, to: "nodes.yaml")
        #expect(await run("plan", "-f", site, "--against", path).status == .success)
    }

    @Test func `manifests that kustomize would change are read as they are, with a note`() async throws {
        let files = try TemporaryDirectory("form")
        try files.write(Site.bgp + "---\n" + Site.nodes + "---\n" + Site.services, to: "all.yaml")
        try files.write("resources: [all.yaml]\n", to: "kustomization.yaml")
        #expect(await run("lint", "-f", files.path) == Outcome(status: .success, output: "", errors: ""))
        try files.write("resources: [all.yaml]\nnamePrefix: berlin-\n", to: "kustomization.yaml")
        let outcome = await run("lint", "-f", files.path)
        #expect(outcome.status == .success)
        #expect(
            outcome.output == "\(files.path)/kustomization.yaml:2: info: what kustomize changes is not in sight, "
                + "the files are read as they are; for the result: kubectl kustomize \(files.path) | "
                + "kubectl bgp lint -f - (UnreadManifest)\n"
        )
        #expect(await run("plan", "-f", files.path, "--against", files.path).status == .success)
    }
}
