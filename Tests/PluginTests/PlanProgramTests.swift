import FoundationEssentials
import Glibc
import KubeJSON
import KubeModel
import TestSupport
import Testing

/// `plan` and `lint` as the program that people run, where there is neither a network nor a kubeconfig.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct PlanProgramTests {
    private func bgp(_ words: String..., input: String = "", in directory: String? = nil) async throws -> Command.Result
    {
        let program = try Checkout.program("kubectl-bgp")
        return try await Command(
            ["unshare", "--map-root-user", "--net", "env", "-i", program] + words,
            input: input,
            directory: directory
        ).result()
    }

    @Test func `plan reads files, folders and standard input, and needs no cluster`() async throws {
        let files = try TemporaryDirectory("plan")
        try FileManager.default.createDirectory(atPath: files.path("rack/below"), withIntermediateDirectories: true)
        let parts = TwoNodeManifests().text.split(separator: "---\n").map(String.init)
        try files.write(parts.prefix(3).joined(separator: "---\n"), to: "rack/nodes.yaml")
        try files.write(parts.dropFirst(3).joined(separator: "---\n"), to: "rack/below/rest.yml")
        try files.write("- neither\n", to: "rack/notes.txt")
        try files.write(TwoNodeManifests().text, to: "rack.yaml")
        let folder = try await bgp("plan", "-f", files.path("rack"), "-o", "json")
        let file = try await bgp("plan", "-f", files.path("rack.yaml"), "-o", "json")
        let stream = try await bgp("plan", "-f", "-", "-o", "json", input: TwoNodeManifests().text)
        let several = try await bgp(
            "plan",
            "-o",
            "json",
            "-f",
            files.path("rack/nodes.yaml"),
            "-f",
            "-",
            input: parts.dropFirst(3).joined(separator: "---\n")
        )
        #expect([folder, file, stream, several].map(\.status) == Array(repeating: .exited(0), count: 4))
        #expect([folder, file, stream, several].map(\.errors) == Array(repeating: "", count: 4))
        #expect(Set([folder, file, stream, several].map(\.output)).count == 1)
        #expect(folder.output.contains("\"prefix\": \"192.0.2.1/32\""))
    }

    @Test func `nothing on standard input is an error, since what should have written it may have failed`() async throws
    {
        for command in ["lint", "plan"] {
            let result = try await bgp(command, "-f", "-", input: "")
            #expect(result.status == .exited(1))
            #expect(result.errors == "error: standard input holds no manifests\n")
        }
    }

    @Test func `pipes and devices in a folder are named and not read, however deep links lead`() async throws {
        let files = try TemporaryDirectory("lint")
        try files.write(TwoNodeManifests().text, to: "rack.yaml")
        #expect(mkfifo(files.path("pipe.yaml"), 0o600) == 0)
        for (name, target) in [("zero.yaml", "/dev/zero"), ("back", files.path), ("kustomization.yaml", "/dev/zero")] {
            try FileManager.default.createSymbolicLink(atPath: files.path(name), withDestinationPath: target)
        }
        let result = try await bgp("lint", "-f", files.path)
        #expect(result.status == .exited(3))
        let told = result.output.split(separator: "\n").filter { $0.hasSuffix("(UnreadManifest)") }
        #expect(
            told.map { $0.replacing(files.path, with: "") } == [
                "/pipe.yaml: warning: is a pipe, not a regular file; name it with -f to have it read (UnreadManifest)",
                "/zero.yaml: warning: is a device, not a regular file; name it with -f to have it read (UnreadManifest)",
            ]
        )
    }

    @Test func `a file that is too long is reported and the others are read, and an endless stream is given up`()
        async throws
    {
        let files = try TemporaryDirectory("lint")
        try files.write(TwoNodeManifests().text, to: "rack.yaml")
        let long = try files.write("", to: "long.yaml")
        #expect(truncate(long, 17 << 20) == 0)
        let result = try await bgp("plan", "-f", files.path)
        #expect(result.status == .exited(1))
        #expect((result.output + result.errors).contains("long.yaml: error: the file cannot be read: it has more"))
        #expect(result.output.contains("192.0.2.1/32"))
        let endless = try await bgp("lint", "-f", "/dev/zero")
        #expect(endless.status == .exited(1))
        #expect(endless.errors.contains("\"/dev/zero\" cannot be read: it has more than 268435456 octets"))
    }

    @Test func `plan says by its status whether anything changes`() async throws {
        let files = try TemporaryDirectory("plan")
        let old = try files.write(TwoNodeManifests().text, to: "old.yaml")
        let new = try files.write(
            try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 60"),
            to: "new.yaml"
        )
        let broken = try files.write("kind: [", to: "broken.yaml")
        #expect(try await bgp("plan", "-f", old, "--against", old).status == .exited(0))
        #expect(try await bgp("plan", "-f", new, "--against", old).status == .exited(3))
        #expect(try await bgp("plan", "-f", old, "-f", broken, "--against", old).status == .exited(1))
        #expect(try await bgp("plan", "-f", old, "--against", broken).status == .exited(1))
        #expect(try await bgp("plan", "-f", files.path("none.yaml")).status == .exited(1))
        #expect(try await bgp("plan").status == .exited(2))
        let live = try await bgp("plan", "-f", new, "--against", "live")
        #expect(live.status == .exited(1))
        #expect(live.errors.hasPrefix("error: "))
    }

    @Test func `plan prints tables, JSON and YAML`() async throws {
        let files = try TemporaryDirectory("plan")
        let old = try files.write(TwoNodeManifests().text, to: "old.yaml")
        let new = try files.write(
            try TwoNodeManifests().text(replacing: "192.0.2.0/24", with: "198.51.100.0/24"),
            to: "new.yaml"
        )
        let table = try await bgp("plan", "-f", new, "--against", old)
        #expect(table.output.contains("Added     n1     i          tor    198.51.100.1/32"))
        #expect(table.output.contains("Removed   n1     i          tor    192.0.2.1/32"))
        let json = try await bgp("plan", "-f", new, "--against", old, "-o", "json")
        let yaml = try await bgp("plan", "-f", new, "--against", old, "-o", "yaml")
        let document = try JSON.decode(JSONValue.self, from: json.output)
        let check = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"
        let read = try await Command(["python3", "-c", check], input: yaml.output).run()
        #expect(try JSON.decode(JSONValue.self, from: read) == document)
    }

    @Test func `lint says by its status how bad it is`() async throws {
        let files = try TemporaryDirectory("lint")
        let good = try files.write(TwoNodeManifests().text, to: "good.yaml")
        let dangerous = try files.write(
            try TwoNodeManifests().text(replacing: ", selector: {matchLabels: {expose: bgp}}", with: ""),
            to: "dangerous.yaml"
        )
        let wrong = try files.write(
            try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 1"),
            to: "wrong.yaml"
        )
        let nothing = try await bgp("lint", "-f", good)
        #expect(nothing.succeeded)
        #expect(nothing.output + nothing.errors == "")
        let warned = try await bgp("lint", "-f", "dangerous.yaml", in: files.path)
        #expect(warned.status == .exited(3))
        #expect(warned.output.hasPrefix("dangerous.yaml:39:7: warning: BGPAdvertisement/adv: "))
        #expect(try await bgp("lint", "-f", wrong).status == .exited(1))
        #expect(try await bgp("lint", "-f", wrong, "-f", dangerous).status == .exited(1))
        let annotated = try await bgp("lint", "-f", "-", "-o", "github", input: "kind: [\n")
        #expect(annotated.status == .exited(1))
        #expect(annotated.output.hasPrefix("::error file=<stdin>,line="))
        let document = try JSON.decode(
            JSONValue.self,
            from: try await bgp("lint", "-f", dangerous, "-o", "json").output
        )
        #expect(document["kind"] == "DiagnosticList")
        #expect(document["items"]?[0]?["severity"] == "Warning")
        #expect(document["items"]?[0]?["line"] == 39)
    }

    /// What a pull request's check does, with a repository of its own.
    @Test func `the check for pull requests fails on faults and shows what changes`() async throws {
        let files = try TemporaryDirectory("gitops")
        let repository = files.path("repository")
        try FileManager.default.createDirectory(atPath: "\(repository)/clusters", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: files.path("bin"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: files.path("bin/kubectl-bgp"),
            withDestinationPath: try Checkout.program("kubectl-bgp")
        )
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        func check(_ environment: [String: String] = [:]) async throws -> Command.Result {
            try await Command(
                [Checkout.path("plugin/ci/check-manifests"), "clusters", "main"],
                environment: environment.merging(["PATH": "\(files.path("bin")):\(path)"]) { own, _ in own },
                directory: repository
            ).result()
        }
        func commit(_ text: String) async throws {
            try Data(text.utf8).write(to: URL(filePath: "\(repository)/clusters/rack.yaml"))
            for words in [["add", "."], ["commit", "-qm", "Change the rack"]] {
                let author = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
                try await Command(["git"] + author + words, directory: repository).run()
            }
        }
        try await Command(["git", "init", "-q", "-b", "main"], directory: repository).run()
        try await commit(TwoNodeManifests().text)
        try await Command(["git", "checkout", "-q", "-b", "change"], directory: repository).run()

        let same = try await check()
        #expect(same.status == .exited(0))
        #expect(same.output.isEmpty)

        try await commit(try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 60"))
        let changed = try await check(["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": files.path("summary")])
        #expect(changed.status == .exited(0))
        #expect(changed.output.contains("resets all 2 sessions at once"))
        #expect(try String(contentsOfFile: files.path("summary"), encoding: .utf8).contains("Reset"))

        try await commit(try TwoNodeManifests().text(replacing: "holdTimeSeconds: 90", with: "holdTimeSeconds: 1"))
        let faulty = try await check(["GITHUB_ACTIONS": "true"])
        #expect(faulty.status == .exited(1))
        #expect(faulty.output.hasPrefix("::error file=clusters/rack.yaml,line=29,"))
        #expect(
            try await Command(["git", "worktree", "list"], directory: repository).run().split(separator: "\n").count
                == 1
        )
    }
}

private let tools = Requirement.programs("git", "kubectl", "python:yaml")
