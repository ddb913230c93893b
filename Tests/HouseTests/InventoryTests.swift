import TestSupport
import Testing

@Suite struct InventoryTests {
    @Test(arguments: [("Tests/README.md", 60), ("config/rfc.md", 90)])
    func `every test that a page names exists`(page: String, least: Int) throws {
        let rows = try Checkout.read(page).split(separator: "\n").filter { $0.contains("| ``") }
        // A row may name several tests, each between pairs of backquotes.
        let named = rows.flatMap { row in
            row.split(separator: "``").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        }
        var tests = ""
        for file in try Checkout.files(under: "Tests") where file.hasSuffix(".swift") {
            tests += try Checkout.read(file)
        }
        #expect(named.count > least)
        #expect(named.filter { !tests.contains("func `\($0)`") } == [])
    }

    @Test func `every suite that Tests README names exists`() throws {
        let page = try Checkout.read("Tests/README.md")
        let named = Set(page.matches(of: /`(\w+Tests)`/).map { String($0.output.1) })
        var suites = Set(try Checkout.files(under: "Tests").map { String($0.split(separator: "/")[1]) })
        for file in try SourceFile.all(under: "Tests") {
            for (_, line) in file.code {
                guard let match = line.firstMatch(of: /\b(?:struct|enum|class|actor|extension) (\w+Tests)\b/) else {
                    continue
                }
                suites.insert(String(match.output.1))
            }
        }
        #expect(named.count > 60)
        #expect(named.subtracting(suites).sorted() == [])
    }

    /// Of the page on RFCs: the middle of three columns is a file of `Sources`, by its name.
    @Test func `every source file that a page names exists`() throws {
        let rows = try Checkout.read("config/rfc.md").split(separator: "\n").filter { $0.contains("| ``") }
        let named = rows.map { row in
            row.split(separator: "|")[1].filter { $0 != "`" }.trimmingPrefix(" ").split(separator: " ").first ?? ""
        }
        let files = Set(try Checkout.files(under: "Sources").compactMap { $0.split(separator: "/").last })
        #expect(named.filter { !files.contains("\($0).swift"[...]) } == [])
    }

    /// The way of a change to the wire is short, and every call of it is where the page says.
    @Test func `the calls that CONTRIBUTING names are at most twelve and where it says`() throws {
        let rows = try Checkout.read(".github/CONTRIBUTING.md").matches(
            of: /\n\| `(\w+)\.(\w+)` \| `([\w\/+]+\.swift)` \|/
        )
        #expect((8...12).contains(rows.count))
        for row in rows {
            let (type, function, file) = (row.output.1, row.output.2, String(row.output.3))
            let text = try Checkout.read(file)
            #expect(file.split(separator: "/").last?.hasPrefix(type) == true, "\(file): \(type)")
            #expect(text.contains("func \(function)(") || text.contains("func \(function)<"), "\(file): \(function)")
        }
    }
}
