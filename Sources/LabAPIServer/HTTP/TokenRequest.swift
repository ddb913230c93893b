import Hummingbird
import KubeJSON
import KubeModel
import PlainText

/// `serviceaccounts/NAME/token`: makes a token for a service account (authentication.k8s.io/v1 TokenRequest).
struct TokenRequest {
    static let account = ResourceType(
        group: "",
        version: "v1",
        kind: "ServiceAccount",
        plural: "serviceaccounts",
        isNamespaced: true
    )

    private let key: ObjectKey

    init(_ info: RequestInfo) throws(APIError) {
        guard let name = info.name, let namespace = info.namespace, info.tail.isEmpty else { throw .unknownPath }
        key = ObjectKey(namespace: namespace, name: name)
    }

    /// The request with its token; throws 404 without the account, 422 for a time that is too short.
    func answer(_ request: JSONValue, _ context: ServerContext) throws(APIError) -> Response {
        let collection = GroupResource(group: "", resource: Self.account.plural)
        guard let account = context.store.object(collection, key)?.value else {
            var error = APIError(404, "NotFound", "serviceaccounts \"\(key.name)\" not found")
            error.details = KubeStatus.Details(name: key.name, kind: "serviceaccounts")
            throw error
        }
        let seconds = request.value(at: "spec", "expirationSeconds")?.integer ?? 3600
        guard (600...(1 << 32)).contains(seconds) else {
            throw APIError(
                422,
                "Invalid",
                "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: \(seconds): "
                    + "may not specify a duration less than 10 minutes or larger than 2^32 seconds"
            )
        }
        let asked = (request.value(at: "spec", "audiences")?.array ?? []).compactMap(\.string)
        let claim = IssuedTokens.Claim(
            namespace: key.namespace ?? "",
            account: key.name,
            uid: account.value(at: "metadata", "uid")?.string ?? "",
            audiences: asked.isEmpty ? [IssuedTokens.server] : asked,
            expiration: Timestamp(secondsSinceEpoch: context.now.secondsSinceEpoch + Double(seconds))
        )
        return .json(
            [
                "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
                "metadata": [
                    "name": .string(key.name), "namespace": .string(claim.namespace),
                    "creationTimestamp": .string(context.now.description),
                ],
                "spec": [
                    "audiences": .array(claim.audiences.map(JSONValue.string)), "expirationSeconds": .integer(seconds),
                ],
                "status": [
                    "token": .string(context.tokens.issue(claim)),
                    "expirationTimestamp": .string(claim.expiration.description),
                ],
            ],
            status: .created
        )
    }
}
