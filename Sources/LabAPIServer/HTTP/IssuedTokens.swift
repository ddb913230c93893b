import FoundationEssentials
import KubeJSON
import KubeModel
import PlainText
import Synchronization

/// The tokens that the server has made for service accounts, for as long as it runs.
final class IssuedTokens: Sendable {
    /// Whose a token is and where it counts.
    struct Claim: Hashable, Sendable {
        let namespace: String
        let account: String
        let uid: String
        let audiences: [String]
        let expiration: Timestamp
    }

    /// The audience of the API server itself, which a token has that was asked for without one.
    static let server = "https://kubernetes.default.svc"

    private let claims = Mutex<[String: Claim]>([:])

    /// Makes a token in the form of a JSON web token, whose last part nobody can guess.
    func issue(_ claim: Claim) -> String {
        let header: JSONValue = ["alg": "RS256", "kid": "lab"]
        let body: JSONValue = [
            "iss": .string(Self.server), "aud": .array(claim.audiences.map(JSONValue.string)),
            "exp": .integer(Int64(claim.expiration.secondsSinceEpoch)),
            "sub": .string("system:serviceaccount:\(claim.namespace):\(claim.account)"),
        ]
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let token = [JSONWriter.bytes(header), JSONWriter.bytes(body), secret].map(Self.encoded).joined(separator: ".")
        claims.withLock { $0[token] = claim }
        return token
    }

    /// What a token stands for, unless its time is over.
    func claim(_ token: String, at time: Timestamp) -> Claim? {
        claims.withLock { $0[token] }.flatMap { $0.expiration > time ? $0 : nil }
    }

    /// Whether a token counts at the API server.
    func isForServer(_ token: String, at time: Timestamp) -> Bool {
        claim(token, at: time)?.audiences.contains(Self.server) == true
    }

    private static func encoded(_ octets: [UInt8]) -> String {
        Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
