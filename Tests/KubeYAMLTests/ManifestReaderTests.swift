import KubeJSON
import KubeModel
import KubeYAML
import Testing

struct ManifestReaderTests {
    private struct Gate: KubeObject {
        static let type = ResourceType(
            group: "test.dev",
            version: "v1",
            kind: "Gate",
            plural: "gates",
            isNamespaced: false
        )
        var metadata: ObjectMeta
        var spec: Spec
        struct Spec: Codable, Hashable, Sendable {
            var port: UInt16
            var name: String
            var lanes: [Lane]?
        }
        struct Lane: Codable, Hashable, Sendable {
            var width: Int
        }
    }

    private func gate(_ spec: String) -> String {
        "apiVersion: test.dev/v1\nkind: Gate\nmetadata: {name: g}\nspec:\n" + spec
    }

    @Test func `objects come with kind, name and place, and lists are taken apart`() {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Service
              metadata: {name: web, namespace: shop}
            - apiVersion: v1
              kind: Node
              metadata:
                name: n1
            ---
            apiVersion: v1
            kind: ServiceList
            items:
            - metadata: {name: db}
            """
        let reader = ManifestReader(text: text, file: "all.yaml")
        #expect(
            reader.objects.map { "\($0.position) \($0.apiVersion) \($0.reference)" } == [
                "4:3 v1 Service/shop/web", "7:3 v1 Node/n1", "15:3 v1 Service/db",
            ]
        )
        #expect(reader.objects.last?.json == ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "db"]])
        #expect(reader.diagnostics.isEmpty)
    }

    static let refused: [(String, String)] = [
        ("kind: A\nmetadata: {name: x}", "f.yaml:1:1: apiVersion: expected apiVersion, found none"),
        ("apiVersion: v1\nkind: 5\n", "f.yaml:2:7: kind: expected kind, found 5"),
        ("apiVersion: v1\nkind: A\nmetadata: {}", "f.yaml:3:1: metadata.name: expected a name, found none"),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: 12",
            "f.yaml:4:9: metadata.name: expected a name in text, found 12"
        ),
        ("- a", "f.yaml:1:1: expected an object with apiVersion and kind, found a list"),
        ("apiVersion: v1\nkind: List\nitems: 3", "f.yaml:3:8: items: expected a list of objects"),
    ]

    @Test(arguments: refused)
    func `a document that is not an object is one diagnostic`(text: String, line: String) {
        #expect(ManifestReader(text: text, file: "f.yaml").diagnostics.map(\.description) == [line])
    }

    static let faults: [(String, String)] = [
        ("  port: 70000\n  name: a", "g.yaml:5:9: Gate/g: spec.port: expected an integer of 0 to 65535, found 70000"),
        ("  port: \"80\"\n  name: a", "g.yaml:5:9: Gate/g: spec.port: expected an integer of 0 to 65535, found \"80\""),
        ("  port: 80\n  name: yes", "g.yaml:6:9: Gate/g: spec.name: expected a string, found true"),
        ("  port: 80", "g.yaml:4:1: Gate/g: spec.name: missing required field"),
        ("  port: 80\n  name: a\n  lanes: x", "g.yaml:7:10: Gate/g: spec.lanes: expected a list, found \"x\""),
        ("  port: 80\n  name: a\n  lanes: [x]", "g.yaml:7:11: Gate/g: spec.lanes[0]: expected an object, found \"x\""),
        (
            "  port: 80\n  name: a\n  Lane: []\n  lane: x",
            "g.yaml:8:3: Gate/g: spec.lane: unknown field, did you mean lanes?"
        ),
        ("  port: 80\n  nmae: a", "g.yaml:4:1: Gate/g: spec.name: missing required field, found nmae"),
        (
            "  port: 80\n  name: a\n  lanes:\n  - width: 1\n    hight: 2",
            "g.yaml:9:5: Gate/g: spec.lanes[0].hight: unknown field, spec.lanes[0] has width"
        ),
    ]

    @Test(arguments: faults)
    func `a field that cannot be decoded is one line with place, field and what was expected`(
        spec: String,
        line: String
    ) throws {
        let object = try #require(ManifestReader(text: gate(spec), file: "g.yaml").objects.first)
        let (decoded, diagnostics) = object.decode(Gate.self, strict: true)
        #expect(decoded == nil)
        #expect(diagnostics.map(\.description) == [line])
    }

    static let several: [(String, [String])] = [
        ("  port: \"80\"\n  nmae: a\n  lanes: x", ["spec.port", "spec.name", "spec.lanes"]),
        (
            "  port: 70000\n  name: 5\n  lanes: [{width: wide}, x, {width: 2, hight: 3}]\n  extra: 1",
            ["spec.port", "spec.name", "spec.lanes[0].width", "spec.lanes[1]", "spec.lanes[2].hight", "spec.extra"]
        ),
        ("  wings: 3\n  Lane: 5", ["spec.port", "spec.name", "spec.wings", "spec.Lane"]),
    ]

    @Test(arguments: several)
    func `all faults of an object are reported at once`(spec: String, fields: [String]) throws {
        let object = try #require(ManifestReader(text: gate(spec), file: "g.yaml").objects.first)
        let (decoded, diagnostics) = object.decode(Gate.self, strict: true)
        #expect(decoded == nil)
        #expect(Set(diagnostics.compactMap { $0.field?.description }) == Set(fields))
        #expect(diagnostics.count == fields.count)
    }

    @Test func `an object with very many faults is given up in bounded time`() throws {
        let lanes = (0..<20_000).map { "{width: w\($0)}" }.joined(separator: ", ")
        let object = try #require(
            ManifestReader(text: gate("  port: 1\n  name: a\n  lanes: [\(lanes)]"), file: "g").objects.first
        )
        let (decoded, diagnostics) = object.decode(Gate.self, strict: true)
        #expect(decoded == nil)
        #expect((1...50).contains(diagnostics.count))
    }

    @Test(arguments: [
        ("  port: 1\n  name: a\n  lanes: [{width: 1}, {width: 2, height: 3}]", "spec.lanes[1].height"),
        ("  port: 1\n  name: a\n  extra: {deep: 1}", "spec.extra"),
        ("  port: 1\n  name: a\nextra: 1", "extra"),
        ("  port: 1\n  name: a\nstatus: {a: 1}", "status"),
    ])
    func `an unknown field is found at any depth`(spec: String, field: String) throws {
        let object = try #require(ManifestReader(text: gate(spec), file: "f.yaml").objects.first)
        #expect(object.decode(Gate.self, strict: true).diagnostics.map { $0.field?.description } == [field])
        #expect(object.decode(Gate.self, strict: false).object != nil)
    }

    @Test func `a good object decodes, and nulls and foreign metadata are not unknown`() throws {
        let text = """
            apiVersion: test.dev/v1
            kind: Gate
            metadata: {name: g, managedFields: [{manager: kubectl}], labels: null}
            spec: {port: 80, name: a, lanes: null, wings: null}
            """
        let object = try #require(ManifestReader(text: text, file: "g.yaml").objects.first)
        let (decoded, diagnostics) = object.decode(Gate.self, strict: true)
        #expect(decoded?.spec == Gate.Spec(port: 80, name: "a", lanes: nil))
        #expect(diagnostics.isEmpty)
    }
}
