import KubeJSON
import KubeModel
import PlainText

/// Turns objects into `meta.k8s.io/v1` tables.
struct TablePrinter: Sendable {
    /// What each row carries besides its cells.
    enum RowObject: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    let resource: ServedResource
    let rowObject: RowObject
    let now: Timestamp

    /// A table of objects that are already in the version asked for.
    func table(_ objects: [JSONValue], metadata: JSONValue, includingColumns: Bool = true) -> JSONValue {
        [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": includingColumns ? .array(resource.columns.map(definition)) : nil,
            "rows": .array(objects.map(row)),
        ]
    }

    private func definition(_ column: TableColumn) -> JSONValue {
        [
            "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
            "description": .string(column.description), "priority": .integer(column.priority),
        ]
    }

    private func row(_ object: JSONValue) -> JSONValue {
        var row: JSONValue = ["cells": .array(resource.columns.map { $0.cell(object, now) })]
        switch rowObject {
        case .none: break
        case .object: row.set(object, at: "object")
        case .metadata:
            row.set(
                [
                    "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                    "metadata": object["metadata"] ?? [:],
                ],
                at: "object"
            )
        }
        return row
    }
}
