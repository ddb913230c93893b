import Testing

/// What can be read at a sitting.
@Suite struct SizeTests {
    static let mostLines = 300
    static let mostMedianLines = 110
    static let mostProperties = 12

    @Test func `no source file is longer than 300 lines`() throws {
        let long = try Self.sources().filter { $0.lineCount > Self.mostLines }.map(\.path)
        #expect(Set(long).subtracting(Self.longFiles).sorted() == [])
        #expect(Self.longFiles.subtracting(long).sorted() == [], "are shorter now: take them out of the list")
    }

    @Test func `half of the source files have no more than 110 lines`() throws {
        let counts = try Self.sources().map(\.lineCount).sorted()
        #expect(counts[counts.count / 2] <= Self.mostMedianLines)
    }

    @Test func `no type has more than twelve stored properties`() throws {
        let wide = try Self.sources().flatMap(\.types)
            .filter { $0.storedProperties.count > Self.mostProperties && !$0.isGivenFromOutside }.map(\.place)
        #expect(Set(wide).subtracting(Self.wideTypes).sorted() == [])
        #expect(Self.wideTypes.subtracting(wide).sorted() == [], "have fewer now: take them out of the list")
    }

    @Test func `stored properties are told from computed ones and from those of types inside`() throws {
        let types = SourceFile(
            path: "Two.swift",
            text: """
                package struct Outer: Codable {
                    @Flag(help: "a { b") package private(set) var stored = false
                    static let shared = Outer()
                    let closure: (Int) -> Void
                    lazy var late = { 1 }()
                    var observed = 1 {
                        didSet {}
                    }
                    var wanted: Int { 1 }
                    var long:
                        [Int]
                    {
                        let local = 1
                        return [local]
                    }

                    final class Inner {
                        unowned let outer: Outer
                    }
                }

                extension Outer {
                    var more: Int { 2 }
                }
                """
        ).types
        #expect(types.map(\.name) == ["Inner", "Outer"])
        #expect(types.map(\.storedProperties) == [["outer"], ["stored", "closure", "late", "observed"]])
        #expect(types.last?.isGivenFromOutside == true)
    }

    /// Files that are to be split.
    private static let longFiles: Set<String> = []

    /// Types that are to be split.
    private static let wideTypes: Set<String> = [
        "AddressAllocator.swift: AddressAllocator",
        "AddressedService.swift: Content",
    ]

    private static func sources() throws -> [SourceFile] {
        try SourceFile.all(under: "Sources") + SourceFile.all(under: "plugin")
    }
}

extension TypeSource {
    var place: String { "\(path.split(separator: "/").last ?? ""): \(name)" }

    /// Whether somebody else says how many properties it has.
    ///
    /// Configurations and flags have one for every choice of a person; documents have the fields of a schema; a message has
    /// the attributes of the RFCs; a set of stores, or what is read from them, has one for each kind of object.
    fileprivate var isGivenFromOutside: Bool {
        let flags = ["ParsableArguments", "ParsableCommand", "AsyncParsableCommand"]
        let documents = ["Codable", "Decodable", "Encodable"]
        return name.hasSuffix("Configuration") || name.hasSuffix("Options")
            || (flags + documents).contains { heading.contains($0) }
            || ["Sources/BGPWire/", "Sources/LabAPIServer/Schema/"].contains { path.hasPrefix($0) }
            || name.hasSuffix("Stores") || ["ExplainedObjects", "PlanWorld"].contains(name)
    }
}
