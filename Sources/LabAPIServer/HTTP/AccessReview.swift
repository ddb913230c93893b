import Hummingbird
import KubeJSON
import KubeModel

/// Answers to "who is this" and "may they": the lab has no authorization, so everyone whom it knows may do everything.
enum AccessReview {
    /// The resources of the two review groups; nil for other groups.
    static func resourceList(group: String, version: String) -> JSONValue? {
        guard let kinds = kinds(group: group, version: version) else { return nil }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string("\(group)/\(version)"),
            "resources": .array(
                kinds.map { name, kind in
                    [
                        "name": .string(name), "singularName": .string(kind.lowercased()), "namespaced": false,
                        "kind": .string(kind), "verbs": ["create"],
                    ]
                }
            ),
        ]
    }

    private static func kinds(group: String, version: String) -> [(String, String)]? {
        switch (group, version) {
        case ("authorization.k8s.io", "v1"):
            [
                ("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
                ("selfsubjectrulesreviews", "SelfSubjectRulesReview"), ("subjectaccessreviews", "SubjectAccessReview"),
            ]
        case ("authentication.k8s.io", "v1"):
            [("selfsubjectreviews", "SelfSubjectReview"), ("tokenreviews", "TokenReview")]
        default: nil
        }
    }

    /// The answer to a review.
    ///
    /// Where what is asked does not matter, the body stays unread: kubectl sends it as protobuf.
    static func answer(
        _ info: RequestInfo,
        _ context: ServerContext,
        _ body: () async throws -> JSONValue
    ) async throws -> Response {
        guard let kind = kinds(group: info.group, version: info.version)?.first(where: { $0.0 == info.resource })?.1
        else { throw APIError.unknownPath }
        var review: JSONValue = [
            "kind": .string(kind), "apiVersion": .string("\(info.group)/\(info.version)"), "metadata": [:],
        ]
        switch info.resource {
        case "selfsubjectaccessreviews":
            review.set(["allowed": true, "reason": "the lab allows everything"], at: "status")
        case "subjectaccessreviews":
            let spec = try await body()["spec"] ?? [:]
            try checkSubject(spec)
            review.set(spec, at: "spec")
            review.set(["allowed": true, "reason": "the lab allows everything"], at: "status")
        case "tokenreviews":
            let spec = try await body()["spec"] ?? [:]
            review.set(spec, at: "spec")
            review.set(identity(spec, context), at: "status")
        case "selfsubjectrulesreviews":
            review.set(
                [
                    "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                    "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
                ],
                at: "status"
            )
        case "selfsubjectreviews":
            review.set(["userInfo": ["username": "lab", "groups": ["system:masters"]]], at: "status")
        default: throw APIError.unknownPath
        }
        return .json(review, status: .created)
    }

    /// Somebody, and one kind of thing they want (authorization.k8s.io validation).
    private static func checkSubject(_ spec: JSONValue) throws(APIError) {
        let hasSubject = (spec["user"]?.string ?? "") != "" || spec["groups"]?.isEmpty == false
        let wishes = ["resourceAttributes", "nonResourceAttributes"].count { spec[$0] != nil }
        guard hasSubject else {
            throw APIError(
                422,
                "Invalid",
                "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": "
                    + "at least one of user or group must be specified"
            )
        }
        guard wishes == 1 else {
            throw APIError(
                422,
                "Invalid",
                "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: null: "
                    + "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            )
        }
    }

    /// Whose a token is for the audiences that were asked for, or for the API server.
    private static func identity(_ spec: JSONValue, _ context: ServerContext) -> JSONValue {
        let token = spec["token"]?.string ?? ""
        let asked = (spec["audiences"]?.array ?? []).compactMap(\.string)
        let wanted = asked.isEmpty ? [IssuedTokens.server] : asked
        if !token.isEmpty, token == context.configuration.bearerToken, wanted.contains(IssuedTokens.server) {
            return [
                "authenticated": true, "user": ["username": "lab", "groups": ["system:masters"]],
                "audiences": [.string(IssuedTokens.server)],
            ]
        }
        guard let claim = context.tokens.claim(token, at: context.now) else {
            return ["user": [:], "error": "[invalid bearer token, unknown]"]
        }
        let common = claim.audiences.filter(wanted.contains)
        guard !common.isEmpty else {
            return ["user": [:], "error": "[invalid bearer token, token audiences are not among those asked for]"]
        }
        return [
            "authenticated": true,
            "user": [
                "username": .string("system:serviceaccount:\(claim.namespace):\(claim.account)"),
                "uid": .string(claim.uid),
                "groups": [
                    "system:serviceaccounts", .string("system:serviceaccounts:\(claim.namespace)"),
                    "system:authenticated",
                ],
            ],
            "audiences": .array(common.map(JSONValue.string)),
        ]
    }
}
