import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing

/// The recipes of plugin/README.md for checks of pull requests, read from there and run step by step.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct RecipeTests {
    /// A clone as a runner makes it, with a change on a branch of its own, beside the repository it came from.
    private struct Checkouts {
        let files: TemporaryDirectory
        var clone: String { files.path("clone") }

        init() async throws {
            files = try TemporaryDirectory("recipe")
            let origin = files.path("origin")
            try FileManager.default.createDirectory(
                atPath: "\(origin)/clusters/berlin",
                withIntermediateDirectories: true
            )
            try FileManager.default.createDirectory(atPath: files.path("bin"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: files.path("bin/kubectl-bgp"),
                withDestinationPath: try Checkout.program("kubectl-bgp")
            )
            try await Command(["git", "init", "-q", "-b", "main"], directory: origin).run()
            try await Command(["cp", Checkout.path("plugin/ci/check-manifests"), "\(origin)/"]).run()
            try await commit(TwoNodeManifests().text, in: origin)
            try await Command(["git", "checkout", "-q", "-b", "change"], directory: origin).run()
            let changed = try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 60")
            try await commit(changed, in: origin)
            try await Command(["git", "clone", "-q", "-b", "change", origin, clone]).run()
        }

        func commit(_ text: String, in repository: String) async throws {
            try Data(text.utf8).write(to: URL(filePath: "\(repository)/clusters/berlin/rack.yaml"))
            for words in [["add", "."], ["commit", "-qm", "Change the rack"]] {
                let author = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
                try await Command(["git"] + author + words, directory: repository).run()
            }
        }

        func run(_ lines: [String], _ environment: [String: String]) async throws -> Command.Result {
            let path = "\(files.path("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            return try await Command(
                ["bash", "-eo", "pipefail", "-c", lines.joined(separator: "\n")],
                environment: environment.merging(["PATH": path]) { own, _ in own },
                directory: clone
            ).result()
        }
    }

    /// The YAML that follows a line of the section, as JSON; keys are text as on those services, where `on` is a word.
    private static func recipe(after words: String) async throws -> JSONValue {
        let text = try Checkout.read("plugin/README.md")
        let section = try #require(text.split(separator: "### Checking pull requests").last)
        let rest = try #require(section.firstRange(of: words).map { section[$0.upperBound...] })
        let begin = try #require(rest.firstRange(of: "```yaml\n")?.upperBound)
        let end = try #require(rest[begin...].firstRange(of: "```")?.lowerBound)
        let read = "import json, sys, yaml; print(json.dumps(yaml.load(sys.stdin, Loader=yaml.BaseLoader)))"
        return try JSON.decode(
            JSONValue.self,
            from: try await Command(["python3", "-c", read], input: String(rest[begin..<end])).run()
        )
    }

    @Test func `GitHub's steps run in a plain clone and show findings and changes`() async throws {
        let recipe = try await Self.recipe(after: "In GitHub Actions")
        #expect(recipe["on"] == "pull_request")
        let job = try #require(recipe["jobs"]?["bgp"])
        #expect(job["runs-on"] == "ubuntu-latest")
        let steps = job["steps"]?.array ?? []
        // Without its past a clone has no branch to compare with.
        #expect(steps.first?["with"]?["fetch-depth"] == "0")
        let lines = steps.compactMap { $0["run"]?.string }
        #expect(!lines.isEmpty)
        let checkouts = try await Checkouts()
        let summary = checkouts.files.path("summary")
        let environment = ["GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": summary]
        let result = try await checkouts.run(lines, environment)
        #expect(result.succeeded, "\(result.errors)")
        #expect(result.output.contains("resets all 2 sessions at once"))
        #expect(try String(contentsOfFile: summary, encoding: .utf8).contains("Reset"))
        let faulty = try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTime: 90")
        try await checkouts.commit(faulty, in: checkouts.clone)
        let refused = try await checkouts.run(lines, environment)
        #expect(refused.status == .exited(1))
        #expect(refused.output.hasPrefix("::error file=clusters/berlin/rack.yaml,line=29,"))
    }

    @Test func `GitLab's script runs in a plain clone and shows changes`() async throws {
        let recipe = try await Self.recipe(after: "In GitLab")
        let job = try #require(recipe["bgp"])
        #expect(job["rules"]?[0]?["if"] == #"$CI_PIPELINE_SOURCE == "merge_request_event""#)
        #expect(job["variables"]?["GIT_DEPTH"] == "0")
        let lines = (job["script"]?.array ?? []).compactMap(\.string)
        #expect(!lines.isEmpty)
        let checkouts = try await Checkouts()
        // A runner has the one commit checked out and no branches of others.
        try await Command(["git", "checkout", "-q", "--detach"], directory: checkouts.clone).run()
        try await Command(["git", "update-ref", "-d", "refs/remotes/origin/main"], directory: checkouts.clone).run()
        let result = try await checkouts.run(lines, ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"])
        #expect(result.succeeded, "\(result.errors)")
        #expect(result.output.contains("resets all 2 sessions at once"))
    }
}

private let tools = Requirement.programs("git", "kubectl", "python:yaml")
