import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing

/// Helm, on the control plane of a cluster, in the namespace of the installation.
struct Helm: Sendable {
    private let api: PodAPI
    private let host: NetworkHost
    private let home: TemporaryDirectory

    /// The chart, as it is in the repository.
    static let chart = Checkout.path("config/chart")

    /// Helm for a cluster.
    init(_ api: PodAPI, on host: NetworkHost) throws {
        self.api = api
        self.host = host
        home = try TemporaryDirectory("helm")
    }

    /// Runs it and returns what it prints; throws unless it returns 0.
    @discardableResult
    func callAsFunction(_ arguments: String...) async throws -> String {
        try await command(arguments).run(within: .seconds(120))
    }

    /// What it does, well or not.
    func result(_ arguments: String...) async throws -> Command.Result {
        try await command(arguments).result(within: .seconds(120))
    }

    /// Helm keeps discovery documents by server address, and every test has a server at the same one.
    private func command(_ arguments: [String]) -> Command {
        host.command(
            ["helm"] + arguments + ["--namespace", "martlet-system"],
            environment: ["KUBECONFIG": api.kubeconfig, "KUBECACHEDIR": home.path("cache"), "HOME": home.path]
        )
    }

    /// The chart and the version of each revision, oldest first, with its state.
    func history() async throws -> [String] {
        let list = try JSON.decode(JSONValue.self, from: try await self("history", "martlet", "-o", "json"))
        return (list.array ?? []).map { "\($0["chart"]?.string ?? "") \($0["status"]?.string ?? "")" }
    }
}

/// A package of the chart of the version before.
///
/// That is the chart of the last tag with another version. Where there is none, as before the first release and in a
/// checkout without tags, it is the same chart under an earlier version.
struct EarlierChart: Sendable {
    /// The file.
    let package: String
    /// Its name and version, such as `martlet-0.1.9`.
    let name: String
    private let folder: TemporaryDirectory

    /// Packs it.
    init() async throws {
        folder = try TemporaryDirectory("charts")
        let present = try await Command("helm", "show", "chart", Helm.chart).run().split(separator: "\n")
            .first { $0.hasPrefix("version: ") }?.dropFirst("version: ".count)
        let tags = try await Self.git("tag", "--list", "v*", "--sort=-version:refname").split(separator: "\n")
        if let tag = tags.first(where: { $0.dropFirst() != present }) {
            try await Self.git("archive", "--output", folder.path("earlier.tar"), String(tag), "config", "crds")
            try await Command("tar", "-xf", folder.path("earlier.tar"), "-C", folder.path).run()
            try await Command("helm", "package", folder.path("config/chart"), "-d", folder.path("earlier")).run()
        } else {
            let version = ["--version", "0.1.9", "--app-version", "0.1.9"]
            try await Command(["helm", "package", Helm.chart, "-d", folder.path("earlier")] + version).run()
        }
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path("earlier")).first)
        package = folder.path("earlier/\(file)")
        name = String(file.dropLast(".tgz".count))
    }

    @discardableResult
    private static func git(_ arguments: String...) async throws -> String {
        try await Command(["git", "-C", Checkout.root, "-c", "safe.directory=\(Checkout.root)"] + arguments).run()
    }
}
