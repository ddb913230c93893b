import FoundationEssentials
import Glibc
import KubeJSON
import KubeModel
import TestSupport
import Testing

extension Shipping {
    /// Images of several platforms, and what images are not made of.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct ImageFaultTests {
        /// A root with a program that only says which machine it is for.
        private func root(
            _ name: String,
            for machine: UInt8,
            program: String = "bgp-speaker",
            in directory: TemporaryDirectory
        ) throws -> String {
            let head = [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 14) + [machine, 0]
            let folder = "\(directory.path(name))/usr/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(head).write(to: URL(filePath: "\(folder)/\(program)"))
            return directory.path(name)
        }

        @Test func `an image build combines several platforms into one index`() async throws {
            let directory = try TemporaryDirectory("platforms")
            let roots = [
                "linux/amd64=\(try root("amd64", for: 62, in: directory))",
                "linux/arm64=\(try root("arm64", for: 183, in: directory))",
            ]
            let digest = try await ShippedImage.makeLayout(directory.path("layout"), of: roots)
            let layout = try ShippedImage.document(directory.path("layout/index.json"))
            #expect(layout["manifests"]?.array?.count == 1)
            #expect(layout["manifests"]?[0]?["digest"]?.string == digest)
            #expect(layout["manifests"]?[0]?["annotations"]?["org.opencontainers.image.ref.name"] == "test")
            let index = try ShippedImage.document(
                ShippedImage.blob(of: layout["manifests"]?[0], in: directory.path("layout"))
            )
            #expect(index["mediaType"] == "application/vnd.oci.image.index.v1+json")
            let platforms = (index["manifests"]?.array ?? []).map { $0["platform"]?["architecture"]?.string }
            #expect(platforms == ["amd64", "arm64"])
            for architecture in ["amd64", "arm64"] {
                let seen = try await Command(
                    "skopeo",
                    "--override-arch",
                    architecture,
                    "inspect",
                    "--config",
                    "oci:\(directory.path("layout")):test"
                )
                .run()
                #expect(try JSON.decode(JSONValue.self, from: seen)["architecture"]?.string == architecture)
            }
        }

        @Test func `an image build packs the same layout into an archive`() async throws {
            let directory = try TemporaryDirectory("archive")
            let roots = ["linux/amd64=\(try root("root", for: 62, in: directory))"]
            let digest = try await ShippedImage.makeLayout(directory.path("image.tar"), of: roots)
            let names = try await Command("tar", "-tf", directory.path("image.tar")).run().split(separator: "\n")
            // Folders before what is in them, without which some tools find no file.
            #expect(names.prefix(2) == ["blobs/", "blobs/sha256/"])
            #expect(names.suffix(2) == ["index.json", "oci-layout"])
            let seen = try await Command("skopeo", "inspect", "oci-archive:\(directory.path("image.tar")):test").run()
            #expect(try JSON.decode(JSONValue.self, from: seen)["Digest"]?.string == digest)
        }

        @Test func `an image build says what the image is made of, and how it runs`() async throws {
            let directory = try TemporaryDirectory("labels")
            let layout = directory.path("layout")
            try await Command(
                Checkout.path("config/image/oci"),
                "--tag",
                "v1.2.3",
                "--version",
                "1.2.3",
                "--revision",
                "abc",
                "--source",
                "https://git.example.com/martlet",
                layout,
                "linux/amd64=\(try root("root", for: 62, in: directory))"
            )
            .run()
            let manifest = try ShippedImage.document(
                ShippedImage.blob(of: try ShippedImage.document("\(layout)/index.json")["manifests"]?[0], in: layout)
            )
            let configuration = try ShippedImage.document(ShippedImage.blob(of: manifest["config"], in: layout))
            let config = configuration["config"]
            #expect(config?["User"] == "65532:65532")
            #expect(config?["Entrypoint"] == ["/usr/bin/bgp-speaker"])
            #expect(config?["Env"] == ["PATH=/usr/bin", "MARTLET_REVISION=abc"])
            let labels: JSONValue = [
                "org.opencontainers.image.title": "bgp-speaker", "org.opencontainers.image.version": "1.2.3",
                "org.opencontainers.image.revision": "abc",
                "org.opencontainers.image.source": "https://git.example.com/martlet",
                "org.opencontainers.image.licenses": "Apache-2.0",
            ]
            #expect(config?["Labels"] == labels)

            // The recipe for people with an engine says the same.
            let recipe = try Checkout.read("config/image/Containerfile")
            for label in labels.object ?? [:] { #expect(recipe.contains("\(label.key)=\"")) }
            for line in ["USER 65532:65532", "ENV PATH=/usr/bin", #"ENTRYPOINT ["/usr/bin/bgp-speaker"]"#] {
                #expect(recipe.contains("\n\(line)\n"))
            }
            try await Command("hadolint", Checkout.path("config/image/Containerfile")).run()
        }

        @Test func `a wrong image build is refused with a line that says what was expected`() async throws {
            let directory = try TemporaryDirectory("faults")
            let amd64 = try root("amd64", for: 62, in: directory)
            let other = try root("other", for: 62, program: "bgp-operator", in: directory)
            let out = directory.path("out")
            let oci = Checkout.path("config/image/oci")
            let rootfs = Checkout.path("config/image/rootfs")
            let speaker = try Shipping.releaseProgram("bgp-speaker")
            try directory.write("#!/bin/sh\n", to: "script/bgp-speaker")
            chmod(directory.path("script/bgp-speaker"), 0o755)
            let cases: [(command: [String], fault: String)] = [
                ([oci, out, "linux/arm64=\(amd64)"], "expected a program for linux/arm64, found something else"),
                ([oci, out, "linux/riscv64=\(amd64)"], "expected one of linux/amd64, linux/arm64"),
                ([oci, out, "linux/amd64=\(directory.path("none"))"], "expected a root with one program in usr/bin"),
                ([oci, out, "linux/amd64=\(amd64)", "linux/amd64=\(other)"], "expected one program for all platforms"),
                ([oci, out, "linux/amd64=\(amd64)", "linux/amd64=\(amd64)"], "linux/amd64 more than once"),
                ([oci, "--tag", "a/b", out, "linux/amd64=\(amd64)"], "--tag: expected letters"),
                ([oci, amd64, "linux/amd64=\(amd64)"], "OUT: expected nothing there yet"),
                ([rootfs, "bgp-lab", out], "PROGRAM: expected bgp-speaker or bgp-operator"),
                ([rootfs, "\(directory.path)/bgp-speaker", out], "expected a program, found none"),
                ([rootfs, directory.path("script/bgp-speaker"), out], "expected a program for Linux"),
                ([rootfs, try Checkout.program("bgp-speaker"), out], "expected Swift's libraries inside"),
                ([rootfs, speaker, amd64], "ROOT: expected a new or an empty folder"),
            ]
            for (command, fault) in cases {
                let result = try await Command(command).result()
                #expect(result.status == .exited(1))
                #expect(result.errors.contains(fault), "\(command): \(result.errors)")
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
                #expect(!FileManager.default.fileExists(atPath: out))
            }
            let time = try await Command([oci, out, "linux/amd64=\(amd64)"], environment: ["SOURCE_DATE_EPOCH": "now"])
                .result()
            #expect(time.errors.contains("SOURCE_DATE_EPOCH: expected seconds since 1970, found now"))
        }
    }
}

/// What makes an image and looks at it.
private let tools = Requirement.root(and: "python3", "skopeo", "hadolint")
