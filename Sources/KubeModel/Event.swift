/// Something that happened to an object, for a person to read (events.k8s.io/v1).
package struct Event: KubeObject {
    /// `events`.
    package static let type = ResourceType(
        group: "events.k8s.io",
        version: "v1",
        kind: "Event",
        plural: "events",
        isNamespaced: true
    )

    /// The kinds of event.
    package enum Level: String, Hashable, Sendable, CaseIterable, Codable {
        case normal = "Normal"
        case warning = "Warning"
    }

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// When it happened.
    package var eventTime: MicroTimestamp
    /// Who says so, such as `martlet.dev/bgp-operator`.
    package var reportingController: String
    /// Which of them, at most 128 characters.
    package var reportingInstance: String
    /// What was done, CamelCase, at most 128 characters.
    package var action: String
    /// Why, CamelCase, at most 128 characters.
    package var reason: String
    /// What it happened to.
    package var regarding: Subject
    /// For a person, at most 1024 characters.
    package var note: String?
    /// Normal or Warning.
    package var type: Level

    /// Makes an event.
    package init(
        metadata: ObjectMeta,
        eventTime: MicroTimestamp,
        reportingController: String,
        reportingInstance: String,
        action: String,
        reason: String,
        regarding: Subject,
        note: String?,
        type: Level
    ) {
        self.metadata = metadata
        self.eventTime = eventTime
        self.reportingController = reportingController
        self.reportingInstance = reportingInstance
        self.action = action
        self.reason = reason
        self.regarding = regarding
        self.note = note
        self.type = type
    }

    /// What an event is about (core/v1 ObjectReference).
    package struct Subject: Hashable, Sendable, Codable {
        /// `group/version`.
        package var apiVersion: String
        package var kind: String
        /// The namespace; nil for kinds without.
        package var namespace: String?
        package var name: String
        /// The uid, so that the event belongs to this very object.
        package var uid: String?

        /// Names an object.
        package init(apiVersion: String, kind: String, namespace: String?, name: String, uid: String?) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }
    }
}
