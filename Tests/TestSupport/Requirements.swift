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
            comment: "needs root\(missing.isEmpty ? "" : " and \(missing.joined(separator: ", "))"); see Tests/run"
        )
    }

    /// Whether a missing requirement has to fail the test instead of skipping it, as `Tests/run` asks as root.
    package static let skipsNothing = ProcessInfo.processInfo.environment["MARTLET_TESTS_SKIP_NOTHING"] == "1"

    /// A program is given by its path, or by a name found in `PATH`.
    private static func isInstalled(_ program: String) -> Bool {
        if program.hasPrefix("/") { return FileManager.default.isExecutableFile(atPath: program) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}
