import KubeJSON
import KubeModel
import Testing

/// What the API server, and the people who read `kubectl explain`, ask of a CRD.
struct SchemaStructureTests {
    @Test(arguments: CustomKind.all)
    func `names, scope, categories and the status subresource are as the type says`(kind: CustomKind) throws {
        let definition = try Schema.definition(kind)
        let type = kind.type
        #expect(definition["metadata"]?["name"] == .string("\(type.plural).\(type.group)"))
        let spec = try #require(definition["spec"])
        #expect(spec["group"] == .string(type.group))
        #expect(spec["scope"] == "Cluster")
        #expect(
            spec["names"] == [
                "kind": .string(type.kind), "listKind": .string(type.kind + "List"),
                "plural": .string(type.plural), "singular": .string(type.kind.lowercased()),
                "shortNames": [.string(kind.shortName)], "categories": ["martlet", "bgp"],
            ]
        )
        #expect(spec["versions"]?.array?.count == 1)
        let version = try Schema.version(kind)
        #expect(version["name"] == .string(type.version))
        #expect(version["served"] == true)
        #expect(version["storage"] == true)
        #expect(version["subresources"] == ["status": [:]])
    }

    @Test(arguments: CustomKind.all)
    func `every field is described`(kind: CustomKind) throws {
        for part in try Schema.of(kind).all where part.path != "metadata" {
            guard case .field(let name)? = part.path.steps.last, name != "key" || part.json["description"] != nil
            else { continue }
            let description = part.json["description"]?.string ?? ""
            #expect(description.count > 4 && description.hasSuffix("."), "\(part.path): \(description)")
        }
    }

    /// The API server refuses anything else there.
    @Test(arguments: CustomKind.all)
    func `metadata is left to the API server`(kind: CustomKind) throws {
        #expect(try Schema.of(kind)["metadata"]?.json == ["type": "object"])
    }

    @Test(arguments: CustomKind.all)
    func `everything that can grow has a limit, so that the cost of rules has one`(kind: CustomKind) throws {
        for top in ["spec", "status"] {
            for part in try #require(Schema.of(kind)[top]).all {
                let limited =
                    switch part.type {
                    case "string": part.json["maxLength"]?.integer != nil || part.enumeration != nil
                    case "array": part.json["maxItems"]?.integer != nil
                    case "integer": part.json["minimum"]?.integer != nil && part.json["maximum"]?.integer != nil
                    case "object": part.values == nil || part.json["maxProperties"]?.integer != nil
                    case "boolean": true
                    default: false
                    }
                #expect(limited, "\(part.path)")
            }
        }
    }

    @Test(arguments: CustomKind.all)
    func `integers have the format their range needs`(kind: CustomKind) throws {
        for part in try Schema.of(kind).all where part.type == "integer" {
            let wide = try #require(part.json["maximum"]?.integer) > Int64(Int32.max)
            #expect(part.json["format"] == (wide ? "int64" : "int32"), "\(part.path)")
        }
    }

    @Test(arguments: CustomKind.all)
    func `lists say how they merge, and keys of maps are required scalars`(kind: CustomKind) throws {
        for part in try Schema.of(kind).all where part.type == "array" {
            let items = try #require(part.items)
            switch part.json["x-kubernetes-list-type"] {
            case "map":
                let keys = (part.json["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string)
                #expect(!keys.isEmpty, "\(part.path)")
                #expect(Set(keys).isSubset(of: items.required), "\(part.path)")
                #expect(keys.allSatisfy { items[$0]?.type == "string" }, "\(part.path)")
            case "set": #expect(items.type == "string", "\(part.path)")
            case "atomic": break
            default: Issue.record("\(part.path) does not say how it merges")
            }
        }
    }

    @Test(arguments: CustomKind.all)
    func `only words of structural schemas are used`(kind: CustomKind) throws {
        let known: Set = [
            "additionalProperties", "default", "description", "enum", "format", "items", "maxItems", "maxLength",
            "maxProperties", "maximum", "minItems", "minLength", "minimum", "pattern", "properties", "required", "type",
            "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
            "x-kubernetes-validations",
        ]
        for part in try Schema.of(kind).all {
            let words = Set(try #require(part.json.object).keys)
            #expect(words.subtracting(known) == [], "\(part.path)")
            #expect(["object", "array", "string", "integer", "boolean"].contains(part.type), "\(part.path)")
            #expect(part.json["properties"] == nil || part.values == nil, "\(part.path)")
            #expect(Set(part.required).isSubset(of: part.properties.map(\.name)), "\(part.path)")
        }
    }

    @Test(arguments: CustomKind.all)
    func `printer columns lead to fields of the schema and end with the age`(kind: CustomKind) throws {
        let columns = try #require(Schema.version(kind)["additionalPrinterColumns"]?.array)
        #expect(columns.count > 2)
        #expect(columns.last?["jsonPath"] == ".metadata.creationTimestamp")
        #expect(Set(columns.compactMap { $0["name"]?.string }).count == columns.count)
        for column in columns.dropLast() {
            let path = try #require(column["jsonPath"]?.string)
            let part = try #require(try Schema.of(kind).following(path), "\(path)")
            #expect(part.type == column["type"]?.string, "\(path)")
        }
    }
}

extension Schema {
    /// The part that a JSONPath of fields, `[0]` and condition filters leads to.
    fileprivate func following(_ jsonPath: String) throws -> Schema? {
        let filter = #/\[\?\(@\.type=="[A-Za-z]+"\)\]/#
        return jsonPath.replacing(filter, with: "[0]").replacing("[0]", with: ".[0]")
            .split(separator: ".")
            .reduce(Optional(self)) { part, step in step == "[0]" ? part?.items : part?[String(step)] }
    }
}
