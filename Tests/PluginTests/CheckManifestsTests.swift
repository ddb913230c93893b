import FoundationEssentials
import TestSupport
import Testing

/// `plugin/ci/check-manifests` on repositories as people have them: without Nodes, with kustomize, mended.
@Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct CheckManifestsTests {
    /// A repository with a branch `main` and a branch of a change, and the program on the path.
    private struct Repository {
        let files: TemporaryDirectory
        var root: String { files.path("repository") }

        init(_ texts: [String: String]) async throws {
            files = try TemporaryDirectory("check")
            try FileManager.default.createDirectory(atPath: files.path("bin"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: files.path("bin/kubectl-bgp"),
                withDestinationPath: try Checkout.program("kubectl-bgp")
            )
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try await Command(["git", "init", "-q", "-b", "main"], directory: root).run()
            try await commit(texts)
            try await Command(["git", "checkout", "-q", "-b", "change"], directory: root).run()
        }

        func commit(_ texts: [String: String]) async throws {
            for (name, text) in texts {
                let file = URL(filePath: "\(root)/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: file)
            }
            for words in [["add", "."], ["commit", "-qm", "Change the rack"]] {
                let author = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
                try await Command(["git"] + author + words, directory: root).run()
            }
        }

        /// Runs the check in a folder of the repository.
        func check(_ folder: String, in directory: String = "", github: Bool = false) async throws -> Command.Result {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            var environment = ["PATH": "\(files.path("bin")):\(path)"]
            if github {
                environment["GITHUB_ACTIONS"] = "true"
                environment["GITHUB_STEP_SUMMARY"] = files.path("summary")
            }
            return try await Command(
                [Checkout.path("plugin/ci/check-manifests"), folder, "main"],
                environment: environment,
                directory: "\(root)/\(directory)"
            ).result()
        }
    }

    /// What GitOps repositories hold: no Node, no EndpointSlice, no Secret.
    private static let rack =
        TwoNodeManifests().text.split(separator: "---\n").filter {
            !$0.contains("kind: Node\n") && !$0.contains("kind: EndpointSlice")
        }
        .joined(separator: "---\n")
    private static let changed = rack.replacing("holdTimeSeconds: 90", with: "holdTimeSeconds: 60")

    @Test func `a repository without Nodes is valid, and a changed timer is reported`() async throws {
        let repository = try await Repository(["clusters/rack.yaml": Self.rack])
        let same = try await repository.check("clusters")
        #expect(same.status == .exited(0), "\(same.output)\(same.errors)")
        #expect(!same.output.contains("warning"))
        try await repository.commit(["clusters/rack.yaml": Self.changed])
        let told = try await repository.check("clusters", github: true)
        #expect(told.status == .exited(0))
        #expect(told.output.contains("every session that uses it is reset: tor on every node of main (SessionReset)"))
        #expect(told.output.contains("::warning file=clusters/rack.yaml,line=17,col=3,title=SessionReset::"))
        #expect(told.output.components(of: "title=NoNodes") == 1, "what lint has said is not said again")
        #expect(try String(contentsOfFile: repository.files.path("summary"), encoding: .utf8).contains("Reset"))
    }

    @Test func `the samples are a repository that is right`() async throws {
        var texts: [String: String] = [:]
        for name in ["advertisement", "clusterconfig", "kustomization", "override", "peerconfig", "pool"] {
            texts["samples/\(name).yaml"] = try Checkout.read("config/samples/\(name).yaml")
        }
        let result = try await Repository(texts).check("samples")
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
    }

    @Test func `a change that mends what cannot be read passes, from a folder below too`() async throws {
        let repository = try await Repository(["clusters/rack.yaml": Self.rack + "---\nkind: [\n"])
        try await repository.commit(["clusters/rack.yaml": Self.changed])
        let result = try await repository.check("../clusters", in: "clusters")
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.errors.contains("the manifests of main have faults, so the comparison is not the whole truth"))
    }

    @Test func `kinds of another product do not fail it`() async throws {
        let pool = "---\napiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: old}\nspec: {}\n"
        let repository = try await Repository(["clusters/rack.yaml": Self.rack + pool])
        let result = try await repository.check("clusters")
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.output.contains("this is for MetalLB"))
    }

    @Test func `patches of kustomize are not objects, and its output is what is compared`() async throws {
        let overlay = """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [../../base]
            patches:
              - path: timers.yaml

            """
        let patch = """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec: {timers: {holdTimeSeconds: 30, keepAliveTimeSeconds: 10}}

            """
        let base = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [rack.yaml]\n"
        let repository = try await Repository([
            "base/rack.yaml": Self.rack, "base/kustomization.yaml": base, "overlays/a/kustomization.yaml": overlay,
            "overlays/a/timers.yaml": patch,
        ])
        try await repository.commit(["overlays/a/timers.yaml": patch.replacing("30,", with: "45,")])
        let result = try await repository.check("overlays/a")
        #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
        #expect(result.output.contains("every session that uses it is reset"))
    }

    @Test func `what kustomize cannot build fails it, and what it could not build before is said`() async throws {
        let right = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [rack.yaml]\n"
        let wrong = right.replacing("rack.yaml", with: "nothing.yaml")
        let repository = try await Repository(["rack/rack.yaml": Self.rack, "rack/kustomization.yaml": right])
        try await repository.commit(["rack/kustomization.yaml": wrong])
        let broken = try await repository.check("rack")
        #expect(broken.status == .exited(1), "\(broken.output)\(broken.errors)")
        #expect(broken.errors.contains("kustomize cannot build rack\n"))
        let other = try await Repository(["rack/rack.yaml": Self.rack, "rack/kustomization.yaml": wrong])
        try await other.commit(["rack/kustomization.yaml": right])
        let mended = try await other.check("rack")
        #expect(mended.status == .exited(0), "\(mended.output)\(mended.errors)")
        #expect(mended.errors.contains("kustomize cannot build rack of main, so the comparison is with nothing\n"))
        #expect(mended.output.contains("Added"))
    }
}

extension String {
    fileprivate func components(of words: String) -> Int {
        split(separator: words, omittingEmptySubsequences: false).count - 1
    }
}

private let tools = Requirement.programs("git", "kubectl")
