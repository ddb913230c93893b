import KubeJSON
import KubeModel

/// The custom kind the suite works with: it has every sort of field that behaves in its own way.
enum Widget {
    static let apiVersion = "conformance.martlet.dev/v1"
    static let definitionName = "widgets.conformance.martlet.dev"

    static func object(_ name: String, _ spec: JSONValue, labels: [String: JSONValue] = [:]) -> JSONValue {
        var metadata: [String: JSONValue] = ["name": .string(name)]
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        return ["apiVersion": .string(apiVersion), "kind": "Widget", "metadata": .object(metadata), "spec": spec]
    }

    static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": .string(definitionName)],
        "spec": [
            "group": "conformance.martlet.dev", "scope": "Namespaced",
            "names": ["kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "schema": ["openAPIV3Schema": schema],
                ]
            ],
        ],
    ]

    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object", "required": ["size"],
                "properties": [
                    "size": ["type": "integer", "minimum": 1, "maximum": 10],
                    "colour": ["type": "string", "enum": ["Red", "Blue"], "default": "Red"],
                    "note": ["type": "string", "maxLength": 8, "pattern": "^[a-z]*$"],
                    "parts": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                        "items": [
                            "type": "object", "required": ["name"],
                            "properties": ["name": ["type": "string"], "count": ["type": "integer"]],
                        ],
                    ],
                    "tags": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"]],
                ],
            ],
            "status": [
                "type": "object", "properties": ["phase": ["type": "string"], "seen": ["type": "integer"]],
            ],
        ],
    ]
}
