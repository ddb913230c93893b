import TestSupport
import Testing

@Suite struct `The inventory of the semantics` {
    @Test func `names tests that are there`() throws {
        let rows = try Checkout.read("Tests/README.md").split(separator: "\n").filter { $0.contains("| ``") }
        // A row may name several tests, each between pairs of backquotes.
        let named = rows.flatMap { row in
            row.split(separator: "``").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        }
        var tests = ""
        for file in try Checkout.files(under: "Tests") where file.hasSuffix(".swift") {
            tests += try Checkout.read(file)
        }
        #expect(named.count > 60)
        #expect(named.filter { !tests.contains("func `\($0)`") } == [])
    }
}
