import Hummingbird
import KubeModel

/// Answers to "may I": the lab has no authorization, so everyone may do everything.
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
        case ("authentication.k8s.io", "v1"): [("selfsubjectreviews", "SelfSubjectReview")]
        default: nil
        }
    }

    /// The answer to a review.
    ///
    /// What is asked does not matter to it, so the body stays unread: kubectl sends it as protobuf.
    static func answer(_ info: RequestInfo) throws(APIError) -> Response {
        guard let kind = kinds(group: info.group, version: info.version)?.first(where: { $0.0 == info.resource })?.1
        else { throw .unknownPath }
        var review: JSONValue = [
            "kind": .string(kind), "apiVersion": .string("\(info.group)/\(info.version)"), "metadata": [:],
        ]
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
