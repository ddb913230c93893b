package import PlainText

/// What every object carries (meta/v1 ObjectMeta).
///
/// Fields we never read are not here, so an object is never
/// written back whole: changes go out as patches.
package struct ObjectMeta: Hashable, Sendable, Codable {
    /// The name, unique in kind and namespace; empty only in objects still to be named by the server.
    package var name: String
    /// The prefix from which the server makes a name.
    package var generateName: String?
    /// The namespace; nil for kinds without.
    package var namespace: String?
    /// Unique over time, given by the server.
    package var uid: String?
    /// Opaque version of the object, given by the server.
    package var resourceVersion: String?
    /// Counts changes of the spec, given by the server.
    package var generation: Int64?
    /// When the server created the object.
    package var creationTimestamp: Timestamp?
    /// Set while the object waits for its finalizers.
    package var deletionTimestamp: Timestamp?
    /// Identifying marks that selectors match.
    package var labels: [String: String]?
    /// Other marks.
    package var annotations: [String: String]?
    /// Objects whose end is this one's end.
    package var ownerReferences: [OwnerReference]?
    /// Who must act before the object goes.
    package var finalizers: [String]?

    /// Makes metadata of a name; everything else is absent unless given.
    package init(
        name: String,
        namespace: String? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        generation: Int64? = nil,
        creationTimestamp: Timestamp? = nil,
        labels: [String: String]? = nil,
        annotations: [String: String]? = nil,
        ownerReferences: [OwnerReference]? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.creationTimestamp = creationTimestamp
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
    }

    /// Reads metadata; a missing name reads as empty, since lists of partial objects have none.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
        generateName = try container.decodeIfPresent(String.self, forKey: .generateName)
        namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
        uid = try container.decodeIfPresent(String.self, forKey: .uid)
        resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
        generation = try container.decodeIfPresent(Int64.self, forKey: .generation)
        creationTimestamp = try container.decodeIfPresent(Timestamp.self, forKey: .creationTimestamp)
        deletionTimestamp = try container.decodeIfPresent(Timestamp.self, forKey: .deletionTimestamp)
        labels = try container.decodeIfPresent([String: String].self, forKey: .labels)
        annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
        ownerReferences = try container.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences)
        finalizers = try container.decodeIfPresent([String].self, forKey: .finalizers)
    }

    package var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// The one owner that controls the object, if any.
    package var controller: OwnerReference? { ownerReferences?.first { $0.controller == true } }
}

/// An owner of an object (meta/v1 OwnerReference).
package struct OwnerReference: Hashable, Sendable, Codable {
    /// `group/version` of the owner.
    package var apiVersion: String
    /// The owner's kind.
    package var kind: String
    /// The owner's name.
    package var name: String
    /// The owner's uid; a reference with another uid means an owner that is gone.
    package var uid: String
    /// Whether the owner is the managing controller; one at most.
    package var controller: Bool?
    /// Whether foreground deletion of the owner waits for this object.
    package var blockOwnerDeletion: Bool?

    /// Names an owner.
    package init(
        apiVersion: String,
        kind: String,
        name: String,
        uid: String,
        controller: Bool? = nil,
        blockOwnerDeletion: Bool? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.controller = controller
        self.blockOwnerDeletion = blockOwnerDeletion
    }
}
