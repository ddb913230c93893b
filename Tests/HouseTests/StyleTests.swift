import FoundationEssentials
import TestSupport
import Testing

@Suite struct StyleTests {
    @Test func `no file is longer than 400 lines`() throws {
        let long = try ourFiles().filter { $0.lines.count > 401 }.map { "\($0.path): \($0.lines.count) lines" }
        #expect(long == [])
    }

    @Test(arguments: ["Utils", "Util", "Utilities", "Manager", "Helper", "Helpers", "Common", "Misc", "Extensions"])
    func `no file or folder is named after nothing`(word: String) throws {
        let paths = try ["Sources", "plugin", "Tests", "config", "crds"].flatMap { try Checkout.files(under: $0) }
        let named = paths.filter { path in
            path.split(separator: "/").contains { part in
                let stem = part.prefix { $0 != "." }
                return stem == word || stem == word.lowercased() || (stem.hasSuffix(word) && word != "Util")
            }
        }
        #expect(named == [])
    }

    @Test(arguments: [
        #"@testable\b"#, #"@unchecked\s+Sendable"#, #"nonisolated\(unsafe\)"#, #"\btry!"#, #"\bas!"#,
        #"@preconcurrency\b"#, #"\bfatalError\("#,
        #"\bpublic\s+(?:func|var|let|struct|enum|class|actor|init|protocol)\b"#,
    ])
    func `no file uses a forbidden construct`(pattern: String) throws {
        let regex = try Regex(pattern)
        #expect(try ourFiles().flatMap { $0.complaints(regex, pattern) } == [])
    }

    @Test(arguments: ["TODO", "FIXME", "HACK", "MARK:", "swift-format-ignore", "swiftlint"])
    func `no comment leaves work behind`(mark: String) throws {
        let marked = try ourFiles().filter { !$0.path.hasPrefix("Tests/HouseTests/") }.flatMap { file in
            file.lines.enumerated().filter { $0.element.contains(mark) }.map {
                "\(file.path):\($0.offset + 1): \(mark)"
            }
        }
        #expect(marked == [])
    }

    /// Every task has a parent that waits for it.
    @Test func `no task is let loose`() throws {
        let regex = try Regex(#"\bTask(?:\.detached)?(?:\([^)]*\))?\s*\{"#)
        let loose = try (SourceFile.all(under: "Sources") + SourceFile.all(under: "plugin"))
            .filter { Self.tasksWithAReason[$0.path] == nil }
            .flatMap { $0.complaints(regex, "Task { }") }
        #expect(loose == [])
    }

    /// The files that may start a task without a parent, each with the reason.
    private static let tasksWithAReason: [String: String] = [:]

    @Test func `shell scripts are well formed and can be run`() async throws {
        var complaints: [String] = []
        for path in try ["Tests", ".ci", "config", "plugin", "Sources"].flatMap({ try Checkout.files(under: $0) }) {
            guard let first = try? Checkout.read(path).prefix(while: { $0 != "\n" }), first.hasPrefix("#!"),
                first.hasSuffix("sh")
            else { continue }
            let check = try await Command("bash", "-n", Checkout.path(path)).result()
            if !check.succeeded { complaints.append(check.errors) }
            if !FileManager.default.isExecutableFile(atPath: Checkout.path(path)) {
                complaints.append("\(path) is not executable")
            }
        }
        #expect(complaints == [])
    }

    private func ourFiles() throws -> [SourceFile] {
        try ["Sources", "plugin", "Tests"].flatMap { try SourceFile.all(under: $0) }
    }
}
