import KubeJSON
import KubeModel
import Testing

@Suite struct KnownFieldsTests {
    private struct Shelf: Decodable {
        var name: String
        var books: [Book]?
        var labels: [String: String]?
        var note: JSONValue?

        struct Book: Decodable {
            var title: String
        }
    }

    private func asked(_ tree: JSONValue) throws -> KnownFields {
        let fields = KnownFields()
        _ = try JSON.decode(Shelf.self, from: tree, noting: fields)
        return fields
    }

    @Test(
        arguments: [
            ["name": "a"],
            ["apiVersion": "v1", "kind": "Shelf", "name": "a", "books": [["title": "b"]], "labels": ["any": "thing"]],
            ["name": "a", "note": ["whatever": ["is": ["in": 1]]]],
            ["name": "a", "gone": nil, "none": [], "nothing": [:]],
        ] as [JSONValue]
    )
    func `known fields cover what a type decodes, and nothing is reported for complete ones`(tree: JSONValue) throws {
        #expect(try asked(tree).hasUnasked == false)
    }

    @Test(
        arguments: [
            ["name": "a", "size": 1],
            ["name": "a", "books": [["title": "b"], ["title": "c", "pages": 3]]],
            ["name": "a", "books": [["title": "b", "kind": "novel"]]],
        ] as [JSONValue]
    )
    func `fields that a type does not decode are reported`(tree: JSONValue) throws {
        #expect(try asked(tree).hasUnasked)
    }

    @Test func `known fields are looked up by object`() throws {
        let fields = try asked(["name": "a", "books": [["title": "b"]]])
        #expect(fields.names(in: "") == ["books", "labels", "name", "note"])
        #expect(fields.names(in: FieldPath([.field("books"), .index(0)])) == ["title"])
    }
}
