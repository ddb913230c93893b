import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel

/// Whom the API server knows by a token (authentication.k8s.io/v1 UserInfo).
struct ReviewedUser: Hashable, Sendable {
    var name: String
    var uid: String?
    var groups: [String]
    /// What else the authenticator said, as it said it.
    var extra: JSONValue?
}

extension KubeRequest {
    /// The audience of tokens that were made for Martlet's pages and are of no use at the API server.
    static let ownAudience = "martlet.dev"

    /// How long the API server may take for a review, while somebody waits for the page.
    private static let patience = Duration.seconds(5)

    /// Asks whose a token is; without audiences it has to be one for the API server itself.
    static func tokenReview(_ token: String, audiences: [String]) -> KubeRequest {
        var spec: [String: JSONValue] = ["token": .string(token)]
        if !audiences.isEmpty { spec["audiences"] = .array(audiences.map(JSONValue.string)) }
        return review("authentication.k8s.io", "TokenReview", "tokenreviews", .object(spec))
    }

    /// Asks whether a user may read a path.
    static func subjectAccessReview(_ user: ReviewedUser, path: String) -> KubeRequest {
        var spec: [String: JSONValue] = [
            "user": .string(user.name), "groups": .array(user.groups.map(JSONValue.string)),
            "nonResourceAttributes": ["path": .string(path), "verb": "get"],
        ]
        if let uid = user.uid { spec["uid"] = .string(uid) }
        if let extra = user.extra { spec["extra"] = extra }
        return review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", .object(spec))
    }

    private static func review(_ group: String, _ kind: String, _ plural: String, _ spec: JSONValue) -> KubeRequest {
        let body: JSONValue = ["apiVersion": .string("\(group)/v1"), "kind": .string(kind), "spec": spec]
        var request = KubeRequest(
            .post,
            "/apis/\(group)/v1/\(plural)",
            headers: [Field("Content-Type", "application/json")],
            body: Data(JSONWriter.bytes(body)),
            timeout: patience
        )
        request.longestAnswer = 1 << 20
        return request
    }
}
