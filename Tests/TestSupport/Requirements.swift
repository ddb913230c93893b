import FoundationEssentials
import Glibc

/// What a test needs of the machine, beyond the compiler.
package struct Requirement: Sendable {
    /// Whether the machine has it.
    package let isMet: Bool
    /// What is missing otherwise.
    package let comment: String

    /// Root, and every one of these programs.
    package static func root(and programs: String...) -> Requirement {
        let missing = programs.filter { !isInstalled($0) }
        return Requirement(
            isMet: skipsNothing || (getuid() == 0 && missing.isEmpty),
            comment:
                "needs root\(missing.isEmpty ? "" : " and \(missing.joined(separator: ", "))"); see Tests/run --missing"
        )
    }

    /// Every one of these programs; `python:` and a name is a module of Python.
    package static func programs(_ programs: String...) -> Requirement {
        let missing = programs.filter { $0.hasPrefix("python:") ? namedMissing.contains($0) : !isInstalled($0) }
        return Requirement(
            isMet: skipsNothing || missing.isEmpty,
            comment: "needs \(missing.joined(separator: ", ")); see Tests/run --missing"
        )
    }

    /// What `Tests/run` looked for and did not find, which it knows of modules, too.
    private static let namedMissing = Set(
        (ProcessInfo.processInfo.environment["MARTLET_TESTS_MISSING"] ?? "").split(separator: " ").map(String.init)
    )

    /// Whether a missing requirement has to fail the test instead of skipping it, as `Tests/run --setup` asks.
    package static let skipsNothing = ProcessInfo.processInfo.environment["MARTLET_TESTS_SKIP_NOTHING"] == "1"

    /// A program is given by its path, or by a name found in `PATH`.
    private static func isInstalled(_ program: String) -> Bool {
        if program.hasPrefix("/") { return FileManager.default.isExecutableFile(atPath: program) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
