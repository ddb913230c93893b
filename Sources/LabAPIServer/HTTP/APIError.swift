import KubeJSON
import KubeModel

/// A refusal as the API server words it: a `Status` object and its HTTP code.
struct APIError: Error, Hashable {
    /// One cause of a refusal, shown by kubectl on a line of its own.
    typealias Cause = KubeStatus.Cause

    var code: Int
    var reason: String
    var message: String
    var details = KubeStatus.Details()

    init(_ code: Int, _ reason: String, _ message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    /// The `Status` object.
    var status: JSONValue {
        var detailMembers: [String: JSONValue] = [:]
        detailMembers["name"] = details.name.map(JSONValue.string)
        detailMembers["group"] = details.group.flatMap { $0.isEmpty ? nil : .string($0) }
        detailMembers["kind"] = details.kind.map(JSONValue.string)
        detailMembers["uid"] = details.uid.map(JSONValue.string)
        detailMembers["retryAfterSeconds"] = details.retryAfterSeconds.map { .integer(Int64($0)) }
        detailMembers["causes"] = details.causes.map { causes in
            .array(
                causes.map { cause in
                    var members: [String: JSONValue] = [:]
                    members["reason"] = cause.reason.map(JSONValue.string)
                    members["message"] = cause.message.map(JSONValue.string)
                    members["field"] = cause.field.map(JSONValue.string)
                    return .object(members)
                }
            )
        }
        var members: [String: JSONValue] = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .integer(Int64(code)),
        ]
        if !detailMembers.isEmpty { members["details"] = .object(detailMembers) }
        return .object(members)
    }
}

extension APIError {
    /// The path names nothing that is served.
    static let unknownPath: APIError = {
        var error = APIError(404, "NotFound", "the server could not find the requested resource")
        error.details.causes = [Cause(reason: "UnexpectedServerResponse", message: "404 page not found")]
        return error
    }()

    /// The client asks for a list no older than a version that this server never had.
    static func tooLarge(_ revision: UInt64, current: UInt64) -> APIError {
        var error = APIError(504, "Timeout", "Too large resource version: \(revision), current: \(current)")
        // What clients look for to know that waiting is in vain (metav1.CauseTypeResourceVersionTooLarge).
        error.details.causes = [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")]
        error.details.retryAfterSeconds = 1
        return error
    }

    /// 400 with a sentence of our own.
    static func badRequest(_ message: String) -> APIError { APIError(400, "BadRequest", message) }

    /// The verb is not served for this resource.
    static let methodNotAllowed = APIError(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource"
    )

    /// The body's media type cannot be read.
    static func unsupportedMediaType(_ type: String, accepted: [String]) -> APIError {
        APIError(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - \(type) - accepted media types include: "
                + accepted.joined(separator: ", ")
        )
    }

    /// No object of that name.
    static func notFound(_ resource: ServedResource, _ name: String) -> APIError {
        var error = APIError(404, "NotFound", "\(resource.qualifiedName) \"\(name)\" not found")
        error.details = KubeStatus.Details(name: name, group: resource.type.group, kind: resource.type.plural)
        return error
    }

    /// An object of that name is there.
    static func alreadyExists(_ resource: ServedResource, _ name: String) -> APIError {
        var error = APIError(409, "AlreadyExists", "\(resource.qualifiedName) \"\(name)\" already exists")
        error.details = KubeStatus.Details(name: name, group: resource.type.group, kind: resource.type.plural)
        return error
    }

    /// The object is not what the writer thought it was.
    static func conflict(_ resource: ServedResource, _ name: String, _ why: String) -> APIError {
        var error = APIError(
            409,
            "Conflict",
            "Operation cannot be fulfilled on \(resource.qualifiedName) \"\(name)\": \(why)"
        )
        error.details = KubeStatus.Details(name: name, group: resource.type.group, kind: resource.type.plural)
        return error
    }

    /// The resource version of the writer is not the present one.
    static func staleWrite(_ resource: ServedResource, _ name: String) -> APIError {
        conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    /// The object breaks rules of its kind.
    static func invalid(_ resource: ServedResource, _ name: String, _ faults: [SchemaFault]) -> APIError {
        let kind = resource.type.group.isEmpty ? resource.type.kind : "\(resource.type.kind).\(resource.type.group)"
        let texts = faults.map { "\($0.path.description): \($0.message)" }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        var error = APIError(422, "Invalid", "\(kind) \"\(name)\" is invalid: \(list)")
        error.details = KubeStatus.Details(name: name, group: resource.type.group, kind: resource.type.kind)
        error.details.causes = faults.map {
            Cause(reason: $0.reason, message: $0.message, field: $0.path.description)
        }
        return error
    }

    /// The revision asked for is no longer kept.
    static func expired(_ message: String) -> APIError { APIError(410, "Expired", message) }
}
