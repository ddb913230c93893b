/// What the API server answers when it does not answer with an object (meta/v1 Status).
package struct KubeStatus: Hashable, Sendable, Codable {
    /// `Success` or `Failure`.
    package var status: String?
    /// For a person.
    package var message: String?
    /// CamelCase word: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired` and so on.
    package var reason: String?
    /// More about it.
    package var details: Details?
    /// The HTTP status.
    package var code: Int?

    /// Makes a status.
    package init(
        status: String? = nil,
        message: String? = nil,
        reason: String? = nil,
        details: Details? = nil,
        code: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.reason = reason
        self.details = details
        self.code = code
    }

    /// More about a failure (meta/v1 StatusDetails).
    package struct Details: Hashable, Sendable, Codable {
        /// The object's name.
        package var name: String?
        /// The API group.
        package var group: String?
        /// The kind, or the plural.
        package var kind: String?
        /// The object's uid.
        package var uid: String?
        /// Single causes, such as one per invalid field.
        package var causes: [Cause]?
        /// After how many seconds to try again.
        package var retryAfterSeconds: Int?

        /// Makes details.
        package init(
            name: String? = nil,
            group: String? = nil,
            kind: String? = nil,
            uid: String? = nil,
            causes: [Cause]? = nil,
            retryAfterSeconds: Int? = nil
        ) {
            self.name = name
            self.group = group
            self.kind = kind
            self.uid = uid
            self.causes = causes
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    /// One cause (meta/v1 StatusCause).
    package struct Cause: Hashable, Sendable, Codable {
        /// CamelCase word: `FieldValueInvalid`, `FieldManagerConflict` and so on.
        package var reason: String?
        /// For a person.
        package var message: String?
        /// The field's path.
        package var field: String?

        /// Makes a cause.
        package init(reason: String? = nil, message: String? = nil, field: String? = nil) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }
}
