import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing

extension Shipping {
    /// What `config/image` makes without a container engine.
    @Suite(.enabled(if: tools.isMet, "\(tools.comment)")) struct ImageTests {
        @Test(arguments: ["bgp-operator", "bgp-speaker"])
        func `an image has the same digest when it is built again`(program: String) async throws {
            let image = try await ShippedImage.of(program)
            let again = try TemporaryDirectory("image-again")
            try await ShippedImage.makeRoot(program, in: again.path("root"))
            let digest = try await ShippedImage.makeLayout(
                again.path("layout"),
                of: ["\(ShippedImage.platform)=\(again.path("root"))"]
            )
            #expect(digest == image.digest)
            let entry = try ShippedImage.document("\(image.layout)/index.json")["manifests"]?[0]
            #expect(entry?["digest"]?.string == digest)
            // The layout is one to others, too.
            let seen = try await Command("skopeo", "inspect", "oci:\(image.layout):test").run()
            #expect(try JSON.decode(JSONValue.self, from: seen)["Digest"]?.string == digest)
        }

        @Test(arguments: ["bgp-operator", "bgp-speaker"])
        func `an image holds what is needed and nothing else`(program: String) async throws {
            let image = try await ShippedImage.of(program)
            let entries = try await ImageFile.list(of: image.layer)
            let files = entries.filter { !$0.isFolder }.map(\.name)
            #expect(files.sorted() == (try image.neededFiles()).sorted())
            #expect(
                entries.filter { $0.isFolder && !$0.isParent(of: files) }.map(\.name) == ["tmp", "var/lib/martlet"]
            )
            // Nobody but root may change anything, and nothing gives powers.
            var accesses: Set = [
                "drwxr-xr-x 0/0", "-rwxr-xr-x 0/0", "-rw-r--r-- 0/0", "drwxrwxrwt 0/0", "drwxr-xr-x 65532/65532",
            ]
            if program == "bgp-speaker" { accesses.insert("lrwxrwxrwx 0/0") }
            #expect(Set(entries.map(\.access)) == accesses)
            #expect(entries.filter { $0.access.hasPrefix("drwxrwxrwt") }.map(\.name) == ["tmp"])
            #expect(entries.filter { $0.access.hasSuffix("65532") }.map(\.name) == ["var/lib/martlet"])
            #expect(Set(entries.map(\.time)).count == 1)
        }

        @Test(arguments: ["bgp-operator", "bgp-speaker"])
        func `an image has at most 50 MB, packed 20 MB`(program: String) async throws {
            let image = try await ShippedImage.of(program)
            let entries = try await ImageFile.list(of: image.layer)
            #expect(entries.map(\.size).reduce(0, +) <= 50_000_000)
            let packed = try #require(image.manifest["layers"]?[0]?["size"]?.integer)
            #expect(packed <= 20_000_000)
        }

        @Test(arguments: ["bgp-operator", "bgp-speaker"])
        func `an image loads the libraries that it holds and no others`(program: String) async throws {
            let image = try await ShippedImage.of(program)
            let programs = try image.elfFiles()
            let loader = try #require(programs.first { $0.contains("/ld-linux") })
            let libraries = programs.filter { $0.contains(".so.") && $0 != loader }
            let folder = try #require(libraries.first).split(separator: "/").dropLast().joined(separator: "/")
            let output = try await Command(
                "\(image.files)/\(loader)",
                "--inhibit-cache",
                "--library-path",
                "\(image.files)/\(folder)",
                "--list",
                "\(image.files)/usr/bin/\(program)"
            )
            .run()
            let loaded = output.split(separator: "\n").compactMap { line -> String? in
                line.split(separator: " ").first { $0.hasPrefix("/") && !$0.contains("ld-linux") }.map(String.init)
            }
            #expect(loaded.sorted() == libraries.map { "\(image.files)/\($0)" }.sorted(), "\(output)")
        }

        @Test(arguments: ["bgp-operator", "bgp-speaker"])
        func `an image names the package of each file that is Debian's`(program: String) async throws {
            let image = try await ShippedImage.of(program)
            var described: Set<String> = []
            for package in try image.debianPackages() {
                let folder = "\(image.files)/var/lib/dpkg/status.d"
                let stanza = try String(contentsOfFile: "\(folder)/\(package)", encoding: .utf8)
                let version = try await Command("dpkg-query", "-W", "-f", "${Version}", package).run()
                #expect(stanza.contains("Package: \(package)\n"))
                #expect(stanza.contains("\nVersion: \(version)\n"))
                let sums = try String(contentsOfFile: "\(folder)/\(package).md5sums", encoding: .utf8)
                described.formUnion(sums.split(separator: "\n").map { String($0.dropFirst(34)) })
                try await Command(
                    ["md5sum", "--check", "--quiet", "\(folder)/\(package).md5sums"],
                    directory: image.files
                )
                .run()
            }
            #expect(try image.elfFiles().filter { !described.contains($0) } == ["usr/bin/\(program)"])
            #expect(described.contains("etc/os-release"))
        }

        @Test func `a scanner understands an image, with its Debian and its Swift packages`() async throws {
            let image = try await ShippedImage.of("bgp-speaker")
            let output = try await Command(
                [
                    // In images it looks for what is installed, and for lists of sources only when told to.
                    "syft", "scan", "-q", "-o", "json", "--select-catalogers", "+swift-package-manager-cataloger",
                    "oci-dir:\(image.layout)",
                ],
                environment: ["SYFT_CHECK_FOR_APP_UPDATE": "false"]
            )
            .run(within: .seconds(120))
            let document = try JSON.decode(JSONValue.self, from: output)
            #expect(document["distro"]?["id"] == "debian")
            let found = (document["artifacts"]?.array ?? []).reduce(into: [String: Set<String>]()) { found, entry in
                guard let name = entry["name"]?.string, let type = entry["type"]?.string else { return }
                found[type, default: []].insert(name)
            }
            #expect(found["deb"] == Set(try image.debianPackages()))
            #expect(found["swift"] == Set(try image.swiftPackages()))
            #expect(try image.swiftPackages().contains("swift-nio"))
            // What only the lab and the tests are linked with.
            #expect(try !image.swiftPackages().contains("hummingbird"))
        }

        /// A machine's administrator may have added authorities, which are nobody else's.
        @Test func `an image trusts the authorities that Debian trusts, and no others`() async throws {
            let image = try await ShippedImage.of("bgp-speaker")
            let bundle = try String(contentsOfFile: "\(image.files)/etc/ssl/certs/ca-certificates.crt", encoding: .utf8)
            let trusted = bundle.split(separator: "-----END CERTIFICATE-----\n").map { $0.filter { !$0.isNewline } }
            var debian: Set<String> = []
            for file in try await Command("dpkg-query", "-L", "ca-certificates").run().split(separator: "\n")
            where file.hasSuffix(".crt") {
                guard let text = try? String(contentsOfFile: String(file), encoding: .utf8) else { continue }
                debian.formUnion(text.split(separator: "-----END CERTIFICATE-----").map { $0.filter { !$0.isNewline } })
            }
            #expect(trusted.count > 100)
            #expect(trusted.count == Set(trusted).count)
            #expect(trusted.filter { !debian.contains($0) } == [])
        }
    }
}

/// What makes an image and looks at it.
private let tools = Requirement.root(and: "python3", "strip", "dpkg-query", "skopeo", "syft")
