import KubeJSON
import KubeModel

/// Words to write the schemas of built-in kinds with, next to each other and readable.
enum SchemaWords {
    static func text(_ description: String = "") -> JSONValue { described("string", description) }
    static func integer(_ description: String = "") -> JSONValue { described("integer", description) }
    static func truth(_ description: String = "") -> JSONValue { described("boolean", description) }
    static func time(_ description: String = "") -> JSONValue {
        var schema = described("string", description)
        schema.set("date-time", at: "format")
        return schema
    }
    static func integerOrText(_ description: String = "") -> JSONValue {
        var schema: JSONValue = ["x-kubernetes-int-or-string": true]
        if !description.isEmpty { schema.set(.string(description), at: "description") }
        return schema
    }

    /// An object with just these fields.
    static func object(
        _ fields: [String: JSONValue],
        required: [String] = [],
        _ description: String = ""
    ) -> JSONValue {
        var schema = described("object", description)
        schema.set(.object(fields), at: "properties")
        if !required.isEmpty { schema.set(.array(required.map(JSONValue.string)), at: "required") }
        return schema
    }

    /// An object of which these fields are known and others are kept.
    static func open(_ fields: [String: JSONValue] = [:], _ description: String = "") -> JSONValue {
        var schema = object(fields, description)
        schema.set(true, at: "x-kubernetes-preserve-unknown-fields")
        return schema
    }

    /// An object that is owned and replaced as one value.
    static func atomic(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        schema.set("atomic", at: "x-kubernetes-map-type")
        return schema
    }

    static func map(of values: JSONValue, _ description: String = "") -> JSONValue {
        var schema = described("object", description)
        schema.set(values, at: "additionalProperties")
        return schema
    }

    static func list(of items: JSONValue, _ description: String = "") -> JSONValue {
        var schema = described("array", description)
        schema.set(items, at: "items")
        return schema
    }

    static func set(of items: JSONValue, _ description: String = "") -> JSONValue {
        var schema = list(of: items, description)
        schema.set("set", at: "x-kubernetes-list-type")
        return schema
    }

    /// A list of objects told apart by keys; a strategic merge patch uses `mergeKey`, else the first of them.
    static func list(
        of items: JSONValue,
        by keys: [String],
        mergeKey: String? = nil,
        _ description: String = ""
    ) -> JSONValue {
        var schema = list(of: items, description)
        schema.set("map", at: "x-kubernetes-list-type")
        schema.set(.array(keys.map(JSONValue.string)), at: "x-kubernetes-list-map-keys")
        if let key = mergeKey ?? keys.first { schema.set(.string(key), at: "x-kubernetes-patch-merge-key") }
        return schema
    }

    private static func described(_ type: String, _ description: String) -> JSONValue {
        var schema: JSONValue = ["type": .string(type)]
        if !description.isEmpty { schema.set(.string(description), at: "description") }
        return schema
    }

    /// `metadata` of every object.
    static let metadata: JSONValue = object(
        [
            "name": text("Name, unique among the objects of a kind in a namespace. Cannot be changed."),
            "generateName": text("Prefix from which the server makes a unique name when none is given."),
            "namespace": text("The space within which the name is unique."),
            "uid": text("Identity of this object in time and space, given by the server."),
            "resourceVersion": text("Opaque version of the object, for optimistic concurrency and watches."),
            "generation": integer("Counts changes of the wish. Given by the server."),
            "creationTimestamp": nullable(time("When the server created the object.")),
            "deletionTimestamp": nullable(time("When the object was asked to go away.")),
            "deletionGracePeriodSeconds": integer("Seconds the object may take to go away."),
            "selfLink": text(),
            "labels": map(of: text(), "Keys and values to select objects by."),
            "annotations": map(of: text(), "Keys and values that tools keep with the object."),
            "finalizers": set(of: text(), "Must be empty before the object is removed."),
            "ownerReferences": list(
                of: atomic(
                    object([
                        "apiVersion": text(), "kind": text(), "name": text(), "uid": text(), "controller": truth(),
                        "blockOwnerDeletion": truth(),
                    ])
                ),
                by: ["uid"],
                "The objects this one depends on. It is removed when all of them are gone."
            ),
            "managedFields": list(of: open(), "Who set which fields."),
        ],
        "Standard object metadata."
    )

    static func nullable(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        schema.set(true, at: "nullable")
        return schema
    }

    /// Conditions as of metav1.Condition and its relatives.
    static let conditions: JSONValue = list(
        of: open([
            "type": text(), "status": text(), "reason": text(), "message": text(), "observedGeneration": integer(),
            "lastTransitionTime": nullable(time()), "lastHeartbeatTime": nullable(time()),
        ]),
        by: ["type"],
        "What is known of the object, by type."
    )

    /// A whole kind: type and metadata besides the fields given.
    static func kind(_ description: String, _ fields: [String: JSONValue]) -> StructuralSchema {
        var fields = fields
        fields["apiVersion"] = text("Version of the schema this object is written in.")
        fields["kind"] = text("The kind of object.")
        fields["metadata"] = metadata
        return StructuralSchema(object(fields, description))
    }
}
