import KubeJSON
import KubeModel
import TestSupport
import Testing

/// `crds/README.md` says what the schemas say.
struct ReferenceTests {
    @Test(arguments: CustomKind.all)
    func `every field is in the reference with its description`(kind: CustomKind) throws {
        let lines = try Checkout.read("crds/README.md").split(separator: "\n")
        for part in ["spec", "status"] {
            let heading = "### \(kind.type.kind) `\(part)`"
            let start = try #require(lines.firstIndex { $0 == heading })
            let rows = lines[start...].dropFirst().prefix { !$0.hasPrefix("#") }
            let fields = try #require(Schema.of(kind)[part]).documentedFields
            #expect(rows.filter { $0.hasPrefix("| `") }.count == fields.count)
            for (field, description) in fields {
                let row = rows.first { $0.hasPrefix("| `\(field)` |") } ?? ""
                #expect(row.hasSuffix("| \(description) |"), "\(field)")
            }
        }
    }
}

extension Schema {
    /// The fields below as the reference names them, without the inside of selectors and conditions.
    fileprivate var documentedFields: [(name: String, description: String)] {
        properties.flatMap { name, schema -> [(name: String, description: String)] in
            let shown = schema.items?.type == "object" ? "\(name)[]" : name
            let own = [(name: shown, description: schema.json["description"]?.string ?? "")]
            guard name != "conditions", schema["matchLabels"] == nil else { return own }
            return own + (schema.items ?? schema).documentedFields.map { ("\(shown).\($0.name)", $0.description) }
        }
    }
}
