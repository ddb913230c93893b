import Hummingbird
import KubeModel

/// Answers to "may I": the lab has no authorization, so everyone may do everything.
enum AccessReview {
    /// The resources of the two review groups; nil for other groups.
    static func resourceList(group: String, version: String) -> JSONValue? {
        let kinds: [(String, String)]
        switch (group, version) {
        case ("authorization.k8s.io", "v1"):
            kinds = [
                ("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
                ("selfsubjectrulesreviews", "SelfSubjectRulesReview"), ("subjectaccessreviews", "SubjectAccessReview"),
            ]
        case ("authentication.k8s.io", "v1"):
            kinds = [("selfsubjectreviews", "SelfSubjectReview")]
        default: return nil
        }
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

    /// The review with its answer filled in.
    static func answer(_ info: RequestInfo, body: RequestBody) throws(APIError) -> Response {
        var review = body.object
        switch info.resource {
        case "selfsubjectaccessreviews", "subjectaccessreviews":
            review.set(["allowed": true, "reason": "the lab allows everything"], at: "status")
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
        default: throw .unknownPath
        }
        return .json(review, status: .created)
    }
}
