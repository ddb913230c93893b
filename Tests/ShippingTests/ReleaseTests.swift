import FoundationEssentials
import TestSupport
import Testing

extension Shipping {
    /// What `config/release` makes, looked at with the tools of whoever installs it.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct ReleaseTests {
        @Test func `a release has one version, can be verified, and is the same every time`() async throws {
            let place = try TemporaryDirectory("release", isOpen: false)
            let keys = try await Keys(in: place)
            defer { keys.endAgent() }
            let version = try Self.versionOfSources()
            let (first, second) = (place.path("first"), place.path("second"))
            let asked = [version, "--registry", "registry.example.com/team", "--url", "https://example.com/v"]
            let told = try await Self.release(
                asked + keys.options + ["--out", first],
                environment: keys.environment
            )
            #expect(told.succeeded, "\(told.errors)")

            // Who made it, and whether it came whole.
            try await Command(["sha256sum", "--check", "--strict", "SHA256SUMS"], directory: first).run()
            try await Command(
                ["minisign", "-V", "-p", keys.minisignPublic, "-m", "SHA256SUMS"],
                directory: first
            ).run()
            try await Command(
                ["gpg", "--batch", "--verify", "SHA256SUMS.asc", "SHA256SUMS"],
                environment: keys.environment,
                directory: first
            ).run()
            try await Command(
                ["helm", "verify", "--keyring", "martlet.gpg", "martlet-\(version).tgz"],
                directory: first
            ).run()

            // One version everywhere.
            let description = try await Command("helm", "show", "chart", "\(first)/martlet-\(version).tgz").run()
            #expect(description.contains("\nappVersion: \(version)\n"))
            let images = try String(contentsOfFile: "\(first)/images.txt", encoding: .utf8)
            for program in ["bgp-operator", "bgp-speaker", "kubectl-bgp"] {
                #expect(try await Command(Shipping.releaseProgram(program), "--version").run() == "\(version)\n")
            }
            let rendered = try await Command(
                "helm",
                "template",
                "martlet",
                "\(first)/martlet-\(version).tgz",
                "--namespace",
                "martlet-system"
            ).run()
            // Pages lead to nothing that is not beside them.
            for page in ["runbooks.md", "CHANGES.md"] {
                let text = try String(contentsOfFile: "\(first)/\(page)", encoding: .utf8)
                #expect(text.contains("of the sources)"))
                #expect(!text.contains("](../") && !text.contains("](monitoring/") && !text.contains("](rules.yaml"))
            }
            let manifests = try String(contentsOfFile: "\(first)/install.yaml", encoding: .utf8)
            for image in ["bgp-operator", "bgp-speaker"] {
                let archive = "\(first)/\(image)_v\(version).oci.tar"
                #expect(try await Self.label("version", of: archive, tag: "v\(version)") == version)
                let digest = try await Self.digest(of: archive)
                let name = "registry.example.com/team/martlet/\(image):v\(version)"
                #expect(images.contains("\(name)@\(digest) linux/"))
                #expect(manifests.contains("image: \(name)@\(digest)\n"))
                #expect(rendered.contains("image: \(name)\n") || rendered.contains("image: \"\(name)\"\n"))
                #expect(description.contains("\(name)@\(digest)"))
            }

            try await Self.expectPlugin(in: first, version: version)
            try Self.expectMaterials(in: first, version: version)
            try await Self.expectInstallable(in: first)

            let again = try await Self.release(
                asked + keys.options + ["--out", second],
                environment: keys.environment
            )
            #expect(again.succeeded, "\(again.errors)")
            #expect(try Self.sums(in: first) == Self.sums(in: second))
        }

        /// A trial has a version of its own in the names of files and tags; what the programs say stays as it is.
        @Test func `a release of any version can be tried`() async throws {
            let place = try TemporaryDirectory("release", isOpen: false)
            let folder = place.path("trial")
            let told = try await Self.release(["0.0.0-ci", "--unreleased", "--out", folder])
            #expect(told.succeeded, "\(told.errors)")
            #expect(told.output.contains("without signatures: neither --minisign-key nor --gpg-key was given\n"))
            try await Command(["sha256sum", "--check", "--strict", "SHA256SUMS"], directory: folder).run()

            let version = try Self.versionOfSources()
            let chart = "\(folder)/martlet-0.0.0-ci.tgz"
            let description = try await Command("helm", "show", "chart", chart).run()
            #expect(description.contains("\nversion: 0.0.0-ci\n"))
            #expect(description.contains("\nappVersion: \(version)\n"))
            let archive = "\(folder)/bgp-speaker_v0.0.0-ci.oci.tar"
            #expect(try await Self.label("version", of: archive, tag: "v0.0.0-ci") == version)
            let rendered = try await Command("helm", "template", "martlet", chart, "--namespace", "martlet-system")
                .run()
            let manifests = try String(contentsOfFile: "\(folder)/install.yaml", encoding: .utf8)
            for text in [rendered, manifests] {
                // Nodes that have the images loaded know them by their tag.
                let images = Set(text.matches(of: /image: "?([^"\n]+)/).map { String($0.output.1) })
                #expect(
                    images == [
                        "localhost/martlet/bgp-operator:v0.0.0-ci", "localhost/martlet/bgp-speaker:v0.0.0-ci",
                    ]
                )
            }
        }

        @Test func `a wrong release is refused with one line for each fault`() async throws {
            let version = try Self.versionOfSources()
            let place = try TemporaryDirectory("release")
            try await Command("cp", "-r", Checkout.path("config"), Checkout.path("crds"), place.path).run()
            try place.write(
                "## \(version)\n\n### Changed\n\n## Unreleased\n\n### Fixed\n\n- One.\n",
                to: "config/CHANGELOG.md"
            )
            try place.write(
                "enum MartletVersion {\n    static let current = \"0.1.9\"\n}\n",
                to: "Sources/CommandLine/A.swift"
            )
            let chart = try String(contentsOfFile: place.path("config/chart/Chart.yaml"), encoding: .utf8)
            let others = chart.split(separator: "\n").filter { !$0.contains("ersion: ") }.joined(separator: "\n")
            try place.write("version: \(version)\nappVersion: 0.0.1\n\(others)\n", to: "config/chart/Chart.yaml")

            let refused = try await Command(place.path("config/release"), version, "--check").result()
            #expect(refused.status == .exited(1))
            #expect(
                refused.errors == """
                    config/release: Sources/CommandLine/A.swift: MartletVersion.current: expected \(version), found 0.1.9
                    config/release: config/chart/Chart.yaml: appVersion: expected \(version), found 0.0.1
                    config/release: config/CHANGELOG.md: \(version): expected headings Breaking, Added, Fixed, Metrics, CRDs, found Changed
                    config/release: config/CHANGELOG.md: \(version): expected items such as "- What changed." under its headings, found none
                    config/release: config/CHANGELOG.md: Unreleased: expected no items, found 1; what is in \(version) belongs there

                    """
            )
            let unknown = try await Command(place.path("config/release"), "0.1.9", "--check").result()
            #expect(unknown.errors.contains("config/CHANGELOG.md: expected a section \"## 0.1.9\", found none\n"))
            #expect(unknown.errors.contains("newTag of localhost/martlet/bgp-operator: expected v0.1.9, found v"))
            let trial = try await Command(place.path("config/release"), "0.0.0-ci", "--check", "--unreleased").result()
            #expect(trial.succeeded)

            let wrong = try await Command(
                Checkout.path("config/release"),
                "0.0.0-ci",
                "--unreleased",
                "--out",
                place.path,
                "--programs",
                place.path("none"),
                "--minisign-key",
                place.path("none"),
                "--registry",
                "https://x",
                "--url",
                "example.com",
                "--root",
                "linux/riscv64=x"
            ).result()
            #expect(wrong.status == .exited(1))
            let said = wrong.errors.split(separator: "\n").map { $0.trimmingPrefix("config/release: ") }
            for beginning in [
                "--root: expected one of ", "\(place.path("none"))/bgp-operator: expected a program for linux/",
                "\(place.path("none"))/bgp-speaker: ", "\(place.path("none"))/kubectl-bgp: ",
                "--minisign-key: expected a file with a secret key, ", "--registry: expected a host ",
                "--url: expected a URL ", "--out: expected a new folder or an earlier release, ",
            ] {
                #expect(said.count { $0.hasPrefix(beginning) } == 1, "\(beginning) in \(said)")
            }
        }

        @Test func `a release has a workflow and a list of changes that can be parsed`() async throws {
            let version = try Self.versionOfSources()
            #expect(try await Command(Checkout.path("config/release"), version, "--check").run() == "")
            let workflow = Checkout.path(".github/workflows/release.yaml")
            let rules = "{extends: relaxed, rules: {line-length: {max: 140}}}"
            #expect(try await Command("yamllint", "--strict", "-d", rules, workflow).run() == "")
            #expect(try Checkout.read(".github/workflows/release.yaml").contains("config/release \"$GITHUB_REF_NAME\""))
        }

        /// The plugin's archive as krew takes it: the checksum, the licence, the name, a short description.
        private static func expectPlugin(in folder: String, version: String) async throws {
            let manifest = try String(contentsOfFile: "\(folder)/martlet.yaml", encoding: .utf8)
            let archive = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("kubectl-bgp_") }
            )
            let sum = try await Command("sha256sum", "\(folder)/\(archive)").run().prefix(64)
            #expect(manifest.contains("\n      sha256: \(sum)\n"))
            #expect(manifest.contains("\n      uri: https://example.com/v/\(archive)\n"))
            #expect(manifest.contains("\n  name: martlet\n"))
            #expect(manifest.contains("\n  version: v\(version)\n"))
            #expect(manifest.contains("\n      bin: kubectl-bgp\n"))
            let short = manifest.split(separator: "\n").compactMap {
                $0.wholeMatch(of: #/  shortDescription: (.*)/#)?.1
            }
            #expect(short.count == 1 && short[0].count <= 50)

            let unpacked = try TemporaryDirectory("plugin")
            try await Command("tar", "-xzf", "\(folder)/\(archive)", "-C", unpacked.path).run()
            #expect(try String(contentsOfFile: unpacked.path("LICENSE"), encoding: .utf8) == Checkout.read("LICENSE"))
            #expect(try await Command(unpacked.path("kubectl-bgp"), "--version").run() == "\(version)\n")
        }

        /// The lines of the front page that install it, typed in the folder of the release at an empty API server.
        private static func expectInstallable(in folder: String) async throws {
            let blocks = try Checkout.read("README.md").split(separator: "```\n")
            let lines = try #require(blocks.first { $0.contains("\nhelm install ") })
            #expect(lines.split(separator: "\n").count == 3)

            let place = try TemporaryDirectory("install")
            let kubeconfig = ["KUBECONFIG": place.path("kubeconfig"), "HOME": place.path]
            let lab = try Command(
                Checkout.program("bgp-lab"),
                "--api-only",
                "--port",
                "0",
                "--directory",
                place.path
            ).start(log: place.path("log"))
            _ = try await eventually("the API server answers") {
                guard lab.exitStatus == nil else { throw Overdue(description: "bgp-lab ended:\n\(lab.output)") }
                return try await Command(["kubectl", "get", "--raw", "/readyz"], environment: kubeconfig).run()
            }
            try await Command(["sh", "-ec", String(lines)], environment: kubeconfig, directory: folder).run()
            let there = try await Command(
                [
                    "kubectl", "get", "-n", "martlet-system", "-o", "name", "deployments,daemonsets,serviceaccounts",
                ],
                environment: kubeconfig
            ).run()
            #expect(there.contains("deployment.apps/bgp-operator\n") && there.contains("daemonset.apps/bgp-speaker\n"))
            let ours = try await Command(["kubectl", "get", "bgp", "-o", "name"], environment: kubeconfig).run()
            #expect(ours.contains("bgpclusterconfig.martlet.dev/") && ours.contains("loadbalancerippool.martlet.dev/"))
            lab.kill()
        }

        /// SBOMs name what the image holds: packages of Debian and of Swift, and the toolchain.
        private static func expectMaterials(in folder: String, version: String) throws {
            for image in ["bgp-operator", "bgp-speaker"] {
                for form in ["spdx", "cdx"] {
                    let name = try #require(
                        try FileManager.default.contentsOfDirectory(atPath: folder)
                            .first { $0.hasPrefix("\(image)_v\(version)_") && $0.hasSuffix(".\(form).json") }
                    )
                    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                    for package in ["libc6", "libyaml-0-2", "swift-nio"] {
                        let isNamed = text.contains("\"\(package)\"")
                        #expect(isNamed, "\(package) in \(name)")
                    }
                }
            }
        }

        private static func release(
            _ arguments: [String],
            environment: [String: String] = [:]
        ) async throws -> Command.Result {
            let program = try Shipping.releaseProgram("bgp-speaker")
            let folder = program.dropLast("/bgp-speaker".count)
            return try await Command(
                [Checkout.path("config/release")] + arguments + ["--programs", String(folder)],
                environment: environment
            ).result(within: .seconds(300))
        }

        private static func versionOfSources() throws -> String {
            let text = try Checkout.read("Sources/CommandLine/MartletVersion.swift")
            return String(try #require(text.firstMatch(of: /static let current = "(.+)"/)).1)
        }

        /// A label of an image in an archive.
        private static func label(_ name: String, of archive: String, tag: String) async throws -> String {
            let format = "{{index .Config.Labels \"org.opencontainers.image.\(name)\"}}"
            let text = try await Command(
                "skopeo",
                "inspect",
                "--config",
                "--format",
                format,
                "oci-archive:\(archive):\(tag)"
            ).run()
            return text.filter { $0 != "\n" }
        }

        /// The digest that a registry has an image of an archive under.
        private static func digest(of archive: String) async throws -> String {
            let index = try await Command("tar", "-xOf", archive, "index.json").run()
            return String(try #require(index.firstMatch(of: /"digest": ?"(sha256:[0-9a-f]{64})"/)).1)
        }

        private static func sums(in folder: String) throws -> [Substring] {
            try String(contentsOfFile: "\(folder)/SHA256SUMS", encoding: .utf8).split(separator: "\n")
        }
    }
}

/// What making a release and looking at it needs beside the other tests of what is shipped.
private let tools = Requirement.root(and: "gpg", "minisign", "skopeo", "strip", "syft", "yamllint")

/// Keys that live as long as a test.
private struct Keys {
    let minisignSecret: String
    let minisignPublic: String
    let environment: [String: String]

    init(in place: TemporaryDirectory) async throws {
        minisignSecret = place.path("minisign.key")
        minisignPublic = place.path("minisign.pub")
        try await Command("minisign", "-G", "-W", "-s", minisignSecret, "-p", minisignPublic).run()
        let home = place.path("gpg")
        try await Command("mkdir", "-m", "700", home).run()
        environment = ["GNUPGHOME": home]
        try await Command(
            [
                "gpg", "--batch", "--passphrase", "", "--quick-generate-key", "ci@example.com", "rsa3072", "sign",
                "never",
            ],
            environment: environment
        ).run()
    }

    /// Ends the program that GPG leaves behind to keep keys open.
    func endAgent() {
        _ = try? Command.blocking(["gpgconf", "--homedir", environment["GNUPGHOME"] ?? "", "--kill", "gpg-agent"])
    }

    var options: [String] { ["--minisign-key", minisignSecret, "--gpg-key", "ci@example.com"] }
}
