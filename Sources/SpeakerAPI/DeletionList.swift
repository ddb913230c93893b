package import KubeJSON
package import KubeModel
package import PlainText

/// What is deleted and still counts, as the operator says it (`GET /v1/deletions`).
package struct DeletionList: Codable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "DeletionList"
    /// The objects, kind by kind in the order of their names.
    package var items: [DeletedObject] = []

    /// Nothing.
    package init() {}
}

/// An object that is deleted and still counts.
package struct DeletedObject: Codable, Hashable, Sendable {
    package var kind: String
    /// Its namespace; absent for kinds without.
    package var namespace: String?
    package var name: String
    /// When what it asks for ends unless it is there again.
    package var until: Timestamp
    /// Whether it has been away for longer than a replacement takes.
    package var overdue: Bool
    /// The object as it was; absent for Secrets.
    package var object: JSONValue?

    /// An object and what is known of its deletion.
    package init(_ deletion: PendingDeletion, as object: JSONValue?) {
        kind = deletion.object.kind
        namespace = deletion.object.namespace
        name = deletion.object.name
        until = deletion.until
        overdue = deletion.isOverdue
        self.object = object
    }

    /// What is known of its deletion.
    package var deletion: PendingDeletion {
        PendingDeletion(
            ObjectReference(kind: kind, namespace: namespace, name: name),
            until: until,
            isOverdue: overdue
        )
    }
}
