import FoundationEssentials
import TestSupport
import Testing

/// What a person installs: images, chart, monitoring and the files of a release, tried with the tools of their users.
@Suite(.serialized, .enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(10)))
enum Shipping {
    /// A program as it is shipped: built for release, with Swift's own libraries inside.
    static func releaseProgram(_ name: String) throws -> String {
        let folder =
            ProcessInfo.processInfo.environment["MARTLET_RELEASE_PROGRAMS"]
            ?? Checkout.path(".build-release/release")
        let path = "\(folder)/\(name)"
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built; see Tests/run")
        return path
    }
}

/// What every test here needs of the machine.
private let tools = Requirement.root(and: "ip", "runc", "helm", "kubectl", "promtool")
