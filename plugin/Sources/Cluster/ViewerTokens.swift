package import KubeClient
import KubeJSON
package import KubeModel
import Synchronization

/// Tokens for reading what the speakers serve, one for all speakers of a run.
///
/// Speakers are never shown the user's own credential, which would open the API server to whoever took their place. The token
/// counts for their pages alone, and for ten minutes.
package final class ViewerTokens: Sendable {
    /// The service account that the tokens are of.
    package static let account = "bgp-viewer"

    private static let audience = "martlet.dev"
    private static let lifetime = Duration.seconds(600)
    /// How long one is used, so that it does not end under way.
    private static let useTime = Duration.seconds(480)

    private struct Issued {
        let token: Redacted<String>
        let end: ContinuousClock.Instant
    }

    private let issued = Mutex<[String: Issued]>([:])

    package init() {}

    /// A token of the namespace's account; throws `KubeError`.
    package func token(in namespace: String, from client: KubeClient) async throws -> Redacted<String> {
        if let known = issued.withLock({ $0[namespace] }), known.end > .now { return known.token }
        let end = ContinuousClock.now + Self.useTime
        let account = ObjectKey(namespace: namespace, name: Self.account)
        let request = KubeRequest.token(of: account, audience: Self.audience, lifetime: Self.lifetime)
        let answer = try await client.send(request, as: JSONValue.self)
        guard let text = answer["status"]?["token"]?.string, !text.isEmpty else {
            throw KubeError(.undecodable, "the server made a token for \(account) and did not show it")
        }
        let token = Redacted(text)
        issued.withLock { $0[namespace] = Issued(token: token, end: end) }
        return token
    }

    /// Drops the token of a namespace, since somebody did not take it.
    func forget(_ namespace: String) {
        issued.withLock { $0[namespace] = nil }
    }
}
