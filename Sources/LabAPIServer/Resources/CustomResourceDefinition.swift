import KubeJSON
import KubeModel

/// What a CustomResourceDefinition object asks the server to serve.
struct CustomResourceDefinition {
    let group: String
    let kind: String
    let plural: String
    let isNamespaced: Bool
    private let names: JSONValue
    private let versions: [JSONValue]

    /// Reads an object that passed `faults(in:)`.
    init?(_ object: JSONValue) {
        guard let spec = object["spec"], let group = spec["group"]?.string, let names = spec["names"],
            let kind = names["kind"]?.string, let plural = names["plural"]?.string,
            let versions = spec["versions"]?.array
        else { return nil }
        self.group = group
        self.kind = kind
        self.plural = plural
        self.names = names
        self.versions = versions
        isNamespaced = spec["scope"]?.string == "Namespaced"
    }

    /// One resource for every served version, the storage version first.
    var resources: [ServedResource] {
        versions.filter { $0["served"]?.bool == true }
            .sorted { ($0["storage"]?.bool ?? false) && !($1["storage"]?.bool ?? false) }
            .compactMap(resource)
    }

    private func resource(_ version: JSONValue) -> ServedResource? {
        guard let name = version["name"]?.string else { return nil }
        var resource = ServedResource(
            type: ResourceType(
                group: group,
                version: name,
                kind: kind,
                plural: plural,
                isNamespaced: isNamespaced
            ),
            names: ServedResource.Names(
                singular: names["singular"]?.string ?? kind.lowercased(),
                short: (names["shortNames"]?.array ?? []).compactMap(\.string),
                categories: (names["categories"]?.array ?? []).compactMap(\.string)
            ),
            collection: GroupResource(group: group, resource: plural),
            schema: StructuralSchema(Self.rootSchema(version.value(at: "schema", "openAPIV3Schema") ?? [:]))
        )
        resource.hasStatus = version.value(at: "subresources", "status") != nil
        resource.tracksGeneration = true
        resource.isCustom = true
        resource.columns = TableColumn.columns(of: version)
        for field in version["selectableFields"]?.array ?? [] {
            guard let path = field["jsonPath"]?.string else { continue }
            resource.selectableFields.insert(String(path.drop { $0 == "." }))
        }
        return resource
    }

    /// The schema with type and metadata, which every object has whether or not the definition says so.
    private static func rootSchema(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        schema.setDefault("object", at: "type")
        schema.setDefault(SchemaWords.text(), at: "properties", "apiVersion")
        schema.setDefault(SchemaWords.text(), at: "properties", "kind")
        var metadata = SchemaWords.metadata
        for (name, rule) in schema.value(at: "properties", "metadata", "properties")?.object ?? [:] {
            metadata.set(rule, at: "properties", name)
        }
        schema.set(metadata, at: "properties", "metadata")
        return schema
    }

    /// What is wrong with a definition.
    static func faults(in object: JSONValue) -> [SchemaFault] {
        var faults: [SchemaFault] = []
        let spec = object["spec"] ?? [:]
        for name in ["group", "scope"] where spec[name]?.string == nil {
            faults.append(.required(FieldPath().field("spec").field(name)))
        }
        for name in ["plural", "kind"] where spec.value(at: "names", name)?.string == nil {
            faults.append(.required(FieldPath().field("spec").field("names").field(name)))
        }
        let versionsPath = FieldPath().field("spec").field("versions")
        let versions = spec["versions"]?.array ?? []
        if versions.isEmpty { faults.append(.required(versionsPath)) }
        if !versions.isEmpty, versions.count(where: { $0["storage"]?.bool == true }) != 1 {
            faults.append(
                .invalid(
                    versionsPath,
                    spec["versions"] ?? nil,
                    "must have exactly one version marked as storage version"
                )
            )
        }
        for (index, version) in versions.enumerated()
        where version.value(at: "schema", "openAPIV3Schema")?.object == nil {
            faults.append(.required(versionsPath.index(index).field("schema").field("openAPIV3Schema")))
        }
        let expected = "\(spec.value(at: "names", "plural")?.string ?? "").\(spec["group"]?.string ?? "")"
        if let name = object.value(at: "metadata", "name"), name.string != expected {
            faults.append(
                .invalid(
                    FieldPath().field("metadata").field("name"),
                    name,
                    "must be spec.names.plural+\".\"+spec.group"
                )
            )
        }
        return faults
    }

    /// The definition with the names completed, and its status saying that it is served.
    static func established(_ object: JSONValue, now: String) -> JSONValue {
        var object = object
        let kind = object.value(at: "spec", "names", "kind")?.string ?? ""
        object.setDefault(.string(kind.lowercased()), at: "spec", "names", "singular")
        object.setDefault(.string("\(kind)List"), at: "spec", "names", "listKind")
        object.setDefault(["strategy": "None"], at: "spec", "conversion")
        guard object.value(at: "status", "conditions") == nil || acceptedNames(object) else { return object }
        object.set(object.value(at: "spec", "names"), at: "status", "acceptedNames")
        let stored = (object.value(at: "spec", "versions")?.array ?? []).filter { $0["storage"]?.bool == true }
        object.set(.array(stored.compactMap { $0["name"] }), at: "status", "storedVersions")
        object.setDefault(
            [
                condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now),
            ],
            at: "status",
            "conditions"
        )
        return object
    }

    private static func acceptedNames(_ object: JSONValue) -> Bool {
        object.value(at: "status", "acceptedNames") != object.value(at: "spec", "names")
    }

    private static func condition(_ type: String, _ reason: String, _ message: String, _ now: String) -> JSONValue {
        [
            "type": .string(type), "status": "True", "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(now),
        ]
    }
}
