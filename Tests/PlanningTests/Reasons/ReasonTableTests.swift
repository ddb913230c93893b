import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

/// The public tables of reasons and conditions, held to the rows that they are printed from.
///
/// `MARTLET_WRITE_TABLES=<checkout>` writes them into the pages of that checkout instead, one after the other.
@Suite(.serialized) struct ReasonTableTests {
    private static let page = "crds/README.md"

    @Test func `the table of conditions on the page is that of the rows`() throws {
        try hold("conditions", to: Self.conditions)
    }

    @Test func `the table of reasons on the page is that of the rows`() throws {
        try hold("reasons", to: try Self.reasons)
    }

    @Test func `every case of every reason has an example`() throws {
        let folder = "Sources/Planning/Reasons"
        var declared: Set<String> = []
        for file in try Checkout.files(under: folder) where file.contains("/Reason+") {
            for line in try Checkout.read(file).split(separator: "\n") {
                guard let match = line.firstMatch(of: /^        case (\w+)\(/) else { continue }
                declared.insert("\(file.dropFirst(folder.count + 8).prefix { $0 != "." }).\(match.1)")
            }
        }
        let shown = try ReasonExamples().subjects.flatMap(\.reasons).compactMap { reason -> String? in
            Mirror(reflecting: reason).children.first?.label.map { "\(type(of: reason)).\($0)" }
        }
        #expect(declared.subtracting(shown) == [])
        #expect(declared.count > 70)
    }

    @Test func `messages and fixes are sentences without a full stop`() throws {
        for reason in try ReasonExamples().subjects.flatMap(\.reasons) {
            #expect(!reason.message.isEmpty && !reason.message.hasSuffix("."), "\(reason.code)")
            #expect(reason.fix.map { !$0.isEmpty && !$0.hasSuffix(".") } ?? true, "\(reason.code)")
            #expect(reason.object != nil || reason.field == nil, "\(reason.code): a field of nothing")
        }
    }

    @Test func `what a reason says is computed when it is asked for`() throws {
        let reason = try #require(ReasonExamples().subjects.first?.reasons.first)
        #expect(reason.code == "Selected")
        #expect(reason.effect == .supports)
        #expect(reason.object?.description == "BGPAdvertisement/public")
        #expect(reason.field?.description == "spec.advertisements[0].selector")
        #expect(reason.message == "selected by BGPAdvertisement/public entry 0")
        #expect(reason.fix == nil)
    }

    private static var conditions: String {
        let rows = ConditionType.allCases.map { type in
            let row = type.row
            let reasons = row.reasons.map { "`\($0)`" }.joined(separator: ", ")
            let more = row.carriesReasons ? " and [reasons](#reasons)" : ""
            return "| `\(type.rawValue)` | \(row.kinds.joined(separator: ", ")) | \(row.whenTrue) | \(row.whenFalse) | "
                + "\(reasons)\(more) |"
        }
        return (["| condition | on | True | False | reason |", "| --- | --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n")
    }

    private static var reasons: String {
        get throws {
            try ReasonExamples().subjects.map { title, reasons in
                let rows = reasons.map { reason in
                    let place = [reason.object?.kind, reason.field?.description].compactMap(\.self)
                    return "| `\(reason.code)` | \(reason.effect.rawValue) | \(place.joined(separator: " ")) | "
                        + "\(cell(reason.message)) | \(cell(reason.fix ?? "")) |"
                }
                let head = [
                    "### \(title)", "", "| reason | effect | object and field | for example | fix |",
                    "| --- | --- | --- | --- | --- |",
                ]
                return (head + rows).joined(separator: "\n")
            }
            .joined(separator: "\n\n")
        }
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

    private func hold(_ name: String, to table: String) throws {
        let (begin, end) = ("<!-- table of \(name) -->\n", "\n<!-- end of the table of \(name) -->")
        let checkout = ProcessInfo.processInfo.environment["MARTLET_WRITE_TABLES"]
        let text =
            try checkout.map { try String(contentsOfFile: "\($0)/\(Self.page)", encoding: .utf8) }
            ?? Checkout.read(Self.page)
        let start = try #require(text.firstRange(of: begin), "the page has no table of \(name)")
        let stop = try #require(text[start.upperBound...].firstRange(of: end), "the table of \(name) has no end")
        let present = text[start.upperBound..<stop.lowerBound]
        guard let checkout else {
            #expect(present == table)
            return
        }
        let written = text[..<start.upperBound] + table + text[stop.lowerBound...]
        try String(written).write(toFile: "\(checkout)/\(Self.page)", atomically: true, encoding: .utf8)
    }
}
