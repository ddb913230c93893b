import FoundationEssentials
import TestSupport
import Testing

/// A slip in the manifests of `Site`, and everything that a person is told about it.
struct Mistake: CustomTestStringConvertible, Sendable {
    let testDescription: String
    private let file: String
    private let old: String
    private let new: String
    /// Whether it is one that only the comparison with what was there before shows.
    let isChange: Bool
    /// `file:line Severity Reason message`, and no more.
    let findings: [String]

    init(
        _ name: String,
        in file: String,
        _ old: String,
        _ new: String,
        isChange: Bool = false,
        _ findings: [String]
    ) {
        testDescription = name
        self.file = file
        self.old = old
        self.new = new
        self.isChange = isChange
        self.findings = findings
    }

    /// Writes the manifests as they were and as they are into `old` and `new` of a directory.
    func write(to files: TemporaryDirectory) throws {
        let texts = ["bgp.yaml": Site.bgp, "nodes.yaml": Site.nodes, "services.yaml": Site.services]
        for name in ["old", "new"] {
            try FileManager.default.createDirectory(atPath: files.path(name), withIntermediateDirectories: true)
        }
        for (name, text) in texts {
            try files.write(text, to: "old/\(name)")
            guard name == file else {
                try files.write(text, to: "new/\(name)")
                continue
            }
            try #require(text.contains(old))
            // A change of all routers is one of every line that has it.
            try files.write(text.replacing(old, with: new, maxReplacements: isChange ? .max : 1), to: "new/\(name)")
        }
    }
}
