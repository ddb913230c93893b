import FoundationEssentials

/// The files of this repository and the programs built from it.
package enum Checkout {
    /// The folder that holds `Package.swift`.
    package static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// The absolute path of something in the repository.
    package static func path(_ relative: String) -> String { "\(root)/\(relative)" }

    /// Reads a file of the repository.
    package static func read(_ relative: String) throws -> String {
        try String(contentsOfFile: path(relative), encoding: .utf8)
    }

    /// The paths, relative to the root, of all files below a folder, sorted.
    package static func files(under folder: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path(folder)) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: path(folder))
            .map { "\(folder)/\($0)" }
            .filter { !isDirectory($0) }
            .sorted()
    }

    /// Whether the path is a folder of the repository.
    package static func isDirectory(_ relative: String) -> Bool {
        var directory = false
        return FileManager.default.fileExists(atPath: path(relative), isDirectory: &directory) && directory
    }

    /// The path of a built program; `swift test` builds them beside the test bundle.
    package static func program(_ name: String) throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = bundle.split(separator: "/").dropLast().joined(separator: "/")
        for candidate in ["/\(beside)/\(name)", path(".build/debug/\(name)")]
        where FileManager.default.isExecutableFile(atPath: candidate) {
            return candidate
        }
        throw Overdue(description: "\(name) is not built")
    }
}
