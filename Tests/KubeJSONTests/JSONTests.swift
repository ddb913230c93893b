import FoundationEssentials
import KubeJSON
import KubeModel
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", JSONValue.null),
            ("true", true),
            ("false", false),
            ("0", 0),
            ("-1", -1),
            ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("1.5", .number(1.5)),
            (#""1""#, "1"),
            (#""true""#, "true"),
            (#""""#, ""),
            ("[]", []),
            ("{}", [:]),
            (#"[1,"a",null,{"b":[true]}]"#, [1, "a", nil, ["b": [true]]]),
        ] as [(String, JSONValue)]
    )
    func `values are read and written without change of type`(text: String, value: JSONValue) throws {
        #expect(try JSON.decode(JSONValue.self, from: text) == value)
        #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == text)
    }

    @Test func `values are written with sorted keys and plain slashes`() throws {
        let value: JSONValue = ["b": 1, "a": "x/y", "c": ["z": nil, "y": 2]]
        #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == #"{"a":"x/y","b":1,"c":{"y":2,"z":null}}"#)
    }

    @Test func `an accessor returns nil for a value of another type`() {
        let value: JSONValue = ["list": [1, "two"], "yes": true, "half": 0.5.json, "whole": 2.0.json]
        #expect(value["list"]?[1]?.string == "two")
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["none"] == nil)
        #expect(value["yes"]?.bool == true)
        #expect(value["yes"]?.integer == nil)
        #expect(value["half"]?.integer == nil)
        #expect(value["whole"]?.integer == 2)
        #expect(value.array == nil)
        #expect(value["list"]?.object == nil)
        #expect(JSONValue.null.isNull)
    }

    /// Manifests and the network are read by different decoders, which must not differ.
    @Test(arguments: [
        #"{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"In","values":["c"]}]}"#,
        #"{"matchLabels":null}"#,
        "{}",
    ])
    func `a tree decodes as its text does`(text: String) throws {
        let tree = try JSON.decode(JSONValue.self, from: text)
        #expect(try JSON.decode(LabelSelector.self, from: tree) == JSON.decode(LabelSelector.self, from: text))
    }

    /// Documents are made into trees directly, which must not differ from the way through the text of another encoder.
    @Test func `the tree of a value equals the text that Foundation writes of it`() throws {
        let values: [any Encodable & Sendable] = [
            "text", true, 2.0, 2.5, Int64.max, [Int](), [1, 2], ["b": [1.5], "a": []], Int?.none, [nil, "x"],
            Numbers(), Two(), Nested(), JSONValue.object(["a": [1, nil]]),
            Service(metadata: ObjectMeta(name: "s", labels: ["a": "b"]), spec: Service.Spec(type: "ClusterIP")),
        ]
        for value in values {
            let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
            #expect(try JSON.decode(JSONValue.self, from: text) == JSON.tree(value), "\(text)")
        }
    }

    private struct Numbers: Encodable {
        let byte = Int8.min
        let word = UInt16.max
        let large = UInt64(Int64.max)
        let half = Float(0.5)
        let none: String? = nil
    }

    /// Two parts side by side in one object, as peers and their instances are written.
    private struct Two: Encodable {
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode("i", forKey: .one)
            var more = encoder.container(keyedBy: Key.self)
            try more.encode(["x": 1], forKey: .two)
        }

        enum Key: CodingKey { case one, two, three }
    }

    private struct Nested: Encodable {
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Two.Key.self)
            var list = container.nestedUnkeyedContainer(forKey: .one)
            try list.encode("first")
            var inner = list.nestedContainer(keyedBy: Two.Key.self)
            try inner.encode(1, forKey: .one)
            var deep = list.nestedUnkeyedContainer()
            try deep.encodeNil()
            try list.encode("last")
            var object = container.nestedContainer(keyedBy: Two.Key.self, forKey: .two)
            try object.encodeNil(forKey: .three)
            try "above".encode(to: container.superEncoder(forKey: .three))
        }
    }

    @Test(
        arguments: [
            (["metadata": ["name": 1]], "metadata.name", "found an integer"),
            (["metadata": ["labels": ["a": 1]]], "metadata.labels.a", "found an integer"),
            (
                ["metadata": [:], "spec": ["ports": [["port": 80], ["port": "http"]]]], "spec.ports[1].port",
                "found a string"
            ),
            (
                ["metadata": [:], "spec": ["ports": [["port": 2_147_483_648]]]], "spec.ports[0].port",
                "found an integer"
            ),
            (["metadata": [:], "spec": ["ports": ["80": 1]]], "spec.ports", "found an object"),
            (["metadata": ["creationTimestamp": "yesterday"], "spec": [:]], "metadata.creationTimestamp", "RFC 3339"),
        ] as [(JSONValue, String, String)]
    )
    func `a decoding error names the field`(tree: JSONValue, path: String, found: String) {
        do {
            _ = try JSON.decode(Service.self, from: tree)
            Issue.record("it was decoded")
        } catch let error as DecodingError {
            let context = error.context
            #expect(context.map { FieldPath($0.codingPath).description } == path)
            #expect(context?.debugDescription.contains(found) == true)
        } catch {
            Issue.record("\(error)")
        }
    }
}

extension Double {
    fileprivate var json: JSONValue { .number(self) }
}

extension DecodingError {
    fileprivate var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }
}
