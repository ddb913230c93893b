import TestSupport
import Testing

@Suite struct PurityTests {
    /// Time, randomness and effects come in as arguments and go out as actions (rows 1 and 2 of the house).
    @Test(arguments: [
        "async", "await", "Task", "ContinuousClock", "SuspendingClock", "Logger", "FileManager",
        "SystemRandomNumberGenerator", "Mutex", "Thread", "sleep", "actor", "DispatchQueue", "Atomic",
    ])
    func `no pure file uses a forbidden word`(word: String) throws {
        let pattern = try Regex("\\b\(word)\\b")
        let files = try pureFiles().filter { file in file.code.contains { $0.text.contains(word) } }
        #expect(files.flatMap { $0.complaints(pattern, word) } == [])
    }

    @Test(arguments: [
        #"\bDate\(\)"#, #"\bDate\.now\b"#, #"\bHasher\(\)"#, #"\.hashValue\b"#, #"\bprint\("#, #"\.random\("#,
        #"\.shuffled\(\)"#,
    ])
    func `no pure file calls a forbidden function`(pattern: String) throws {
        let regex = try Regex(pattern)
        #expect(try pureFiles().flatMap { $0.complaints(regex, pattern) } == [])
    }

    private func pureFiles() throws -> [SourceFile] {
        try House.rooms.values.filter { $0.row <= House.lastPureRow }.map(\.folder).sorted()
            .flatMap { try SourceFile.all(under: $0) }
    }
}
