import TestSupport
import Testing

@Suite struct `The inventory of the semantics` {
    @Test func `names tests that are there`() throws {
        let rows = try Checkout.read("Tests/README.md").split(separator: "\n").filter { $0.contains("| ``") }
        let named = rows.map { row in String(row.split(separator: "``")[1]) }
        var tests = ""
        for file in try Checkout.files(under: "Tests") where file.hasSuffix(".swift") {
            tests += try Checkout.read(file)
        }
        #expect(named.count > 60)
        #expect(named.filter { !tests.contains("func `\($0)`") } == [])
    }
}
