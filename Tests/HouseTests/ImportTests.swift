import FoundationEssentials
import TestSupport
import Testing

@Suite struct ImportTests {
    @Test func `every file imports only what its target may`() throws {
        var complaints: [String] = []
        for (target, room) in House.rooms {
            for file in try SourceFile.all(under: room.folder) {
                complaints += file.imports.compactMap { House.objection(to: $0, in: target) }.map {
                    "\(file.path): \($0)"
                }
            }
        }
        #expect(complaints.sorted() == [])
    }

    @Test func `every target declares only dependencies that it may import`() async throws {
        let manifest = try await Manifest.read()
        var complaints: [String] = []
        for target in manifest.targets where target.type != "test" && House.rooms[target.name] != nil {
            complaints += target.dependencyNames.compactMap { House.objection(to: $0, in: target.name) }
        }
        #expect(complaints.sorted() == [])
    }

    @Test func `every file imports only what its target declares`() async throws {
        var complaints: [String] = []
        for target in try await Manifest.read().targets {
            let declared = target.importableModules
            for file in try SourceFile.all(under: target.folder) {
                complaints += Set(file.imports).subtracting(declared)
                    .map { "\(file.path): \(target.name) does not declare \($0)" }
            }
        }
        #expect(complaints.sorted() == [])
    }

    @Test func `every target imports what it declares`() async throws {
        var complaints: [String] = []
        for target in try await Manifest.read().targets where target.type != "system" {
            let imported = Set(try SourceFile.all(under: target.folder).flatMap(\.imports))
            complaints += target.dependencyNames.filter { Manifest.modules(of: $0).isDisjoint(with: imported) }
                .map { "\(target.name) declares \($0), and no file imports it" }
            complaints += target.dependencyNames.filter { name in
                target.dependencyNames.count { $0 == name } > 1
            }
            .map { "\(target.name) declares \($0) twice" }
        }
        #expect(Set(complaints).sorted() == [])
    }

    @Test func `every row imports what the table lets it import of the same row`() throws {
        var complaints: [String] = []
        for (target, room) in House.rooms {
            let imported = Set(try SourceFile.all(under: room.folder).flatMap(\.imports))
            complaints += room.beside.filter { Manifest.modules(of: $0).isDisjoint(with: imported) }
                .map { "\(target) may import \($0), and no file does" }
        }
        #expect(complaints.sorted() == [])
    }

    @Test func `the package has the targets of the plan and no others`() async throws {
        let manifest = try await Manifest.read()
        let support: Set = [
            "TestSupport", "Fixtures", "TestCluster", "KubeServerConformance", "HostileInput", "martlet-fuzz",
        ]
        let built = Set(manifest.targets.filter { $0.type != "test" }.map(\.name)).subtracting(support)
        #expect(built.sorted() == House.rooms.keys.sorted())
    }

    @Test func `every direct dependency has an exact version`() throws {
        let lines = try Checkout.read("Package.swift").split(separator: "\n").filter { $0.contains(".package(url:") }
        #expect(!lines.isEmpty)
        #expect(lines.filter { !$0.contains(/exact: "\d+\.\d+\.\d+"\)/) } == [])
    }

    @Test func `every target has a folder with files in it, and every folder of Sources a target`() throws {
        let empty = try House.rooms.values.map(\.folder).filter { try Checkout.files(under: $0).isEmpty }
        #expect(empty.sorted() == [])
        let folders = Set(try Checkout.files(under: "Sources").map { String($0.split(separator: "/")[1]) })
        #expect(folders.subtracting(House.rooms.keys).sorted() == [])
    }

    @Test func `nothing imports all of Foundation`() throws {
        var complaints: [String] = []
        for folder in ["Sources", "plugin", "Tests"] {
            for file in try SourceFile.all(under: folder) where file.imports.contains("Foundation") {
                complaints.append(file.path)
            }
        }
        #expect(complaints == [])
    }

    /// What a dependency imports is not in our files, but the linker knows.
    @Test func `kubectl-bgp is linked with no more of Foundation than its essentials`() async throws {
        let libraries = try await Command("ldd", Checkout.program("kubectl-bgp")).run()
        let foundation = libraries.split(separator: "\n")
            .compactMap { $0.split(whereSeparator: \.isWhitespace).first }
            .filter { $0.contains("Foundation") }
        #expect(foundation == ["libFoundationEssentials.so"])
    }
}

/// What `swift package dump-package` says about `Package.swift`.
struct Manifest: Decodable {
    var targets: [Target]

    struct Target: Decodable {
        var name: String
        var type: String
        var path: String?
        var dependencies: [Dependency]

        var folder: String { path ?? (type == "test" ? "Tests/\(name)" : "Sources/\(name)") }

        var dependencyNames: [String] { dependencies.compactMap(\.name) }

        /// What its files may import: the modules of its dependencies, and those that come with the toolchain.
        var importableModules: Set<String> {
            dependencyNames.reduce(into: Manifest.toolchain) { $0.formUnion(Manifest.modules(of: $1)) }
        }
    }

    static let toolchain: Set<String> = [
        "Darwin", "Dispatch", "FoundationEssentials", "Glibc", "Musl", "Synchronization", "Testing",
    ]

    /// The modules that a dependency brings, under the names by which files import them.
    static func modules(of dependency: String) -> Set<String> {
        // Products of several modules, and those that hand on another package's.
        switch dependency {
        case "Metrics": ["Metrics", "CoreMetrics"]
        case "Hummingbird": ["Hummingbird", "HTTPTypes"]
        default: [dependency.replacing("-", with: "_")]
        }
    }

    /// `{"byName": ["BGPTypes", null]}` or `{"product": ["NIOCore", "swift-nio", null, null]}`.
    struct Dependency: Decodable {
        var name: String?

        init(from decoder: any Decoder) throws {
            let form = try decoder.singleValueContainer().decode([String: [JSONAny]].self)
            if case .string(let name) = form.values.first?.first { self.name = name }
        }
    }

    /// The manifest of this checkout; a scratch path of its own, as the test run holds the lock of `.build`.
    static func read() async throws -> Manifest {
        let scratch = try TemporaryDirectory("manifest")
        let command = Command(
            ["swift", "package", "--package-path", Checkout.root, "--scratch-path", scratch.path, "dump-package"]
        )
        return try JSONDecoder().decode(Manifest.self, from: Data(try await command.run(within: .seconds(120)).utf8))
    }
}

/// The first words of a dependency are strings; the rest is of no interest.
enum JSONAny: Decodable {
    case string(String)
    case other

    init(from decoder: any Decoder) throws {
        self = (try? decoder.singleValueContainer().decode(String.self)).map { .string($0) } ?? .other
    }
}
