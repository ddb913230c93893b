import AdminSecurity
import AdminServer
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Logging
import Synchronization
import TestCluster
import TestSupport

/// An API server that knows some tokens and some rights, and remembers what it was asked.
final class Reviews: Sendable {
    /// What a token is worth: the audiences it was made for, `nil` for an authenticator that knows of none.
    struct Account: Sendable {
        var name = "system:serviceaccount:monitoring:prometheus"
        var audiences: [String]? = ["martlet.dev"]
        var paths: Set<String> = ["/metrics"]
        var isDenied = false
    }

    private struct State {
        var accounts: [String: Account]
        var isAway = false
        var specs: [JSONValue] = []
    }

    private let state: Mutex<State>
    private let gate: Gate?

    /// The audience of the API server itself.
    static let server = "https://kubernetes.default.svc"

    init(_ accounts: [String: Account] = [:], holding gate: Gate? = nil) {
        state = Mutex(State(accounts: accounts))
        self.gate = gate
    }

    /// What was asked so far, each as the review's spec.
    var specs: [JSONValue] { state.withLock(\.specs) }

    /// How many reviews there were.
    var count: Int { specs.count }

    func goAway() { state.withLock { $0.isAway = true } }

    func comeBack() { state.withLock { $0.isAway = false } }

    func set(_ account: Account?, for token: String) { state.withLock { $0.accounts[token] = account } }

    var client: KubeClient {
        KubeClient(
            transport: InMemoryTransport { [self] request in
                let body = try JSON.read(request.body ?? .init())
                let spec = body["spec"] ?? [:]
                state.withLock { $0.specs.append(spec) }
                await gate?.pass()
                if state.withLock(\.isAway) { throw KubeError(.unreachable, "the server cannot be reached") }
                switch (request.path, body["kind"]?.string) {
                case ("/apis/authentication.k8s.io/v1/tokenreviews", "TokenReview"):
                    return .json(["status": who(spec)], status: 201)
                case ("/apis/authorization.k8s.io/v1/subjectaccessreviews", "SubjectAccessReview"):
                    return .json(["status": may(spec)], status: 201)
                default:
                    return .json([:], status: 404)
                }
            }
        )
    }

    func reviewer(_ clock: some Clock<Duration> = ManualClock()) -> AccessReviewer {
        AccessReviewer(
            client: client,
            clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    private func who(_ spec: JSONValue) -> JSONValue {
        let asked = (spec["audiences"]?.array ?? [.string(Self.server)]).compactMap(\.string)
        guard let account = state.withLock({ $0.accounts[spec["token"]?.string ?? ""] }) else {
            return ["user": [:], "error": "[invalid bearer token]"]
        }
        let user: JSONValue = [
            "username": .string(account.name), "uid": "42", "groups": ["system:serviceaccounts"],
            "extra": ["authentication.kubernetes.io/pod-name": ["prometheus-0"]],
        ]
        guard let audiences = account.audiences else { return ["authenticated": true, "user": user] }
        let common = audiences.filter(asked.contains)
        guard !common.isEmpty else { return ["user": [:], "error": "[token audiences do not match]"] }
        return ["authenticated": true, "user": user, "audiences": .array(common.map(JSONValue.string))]
    }

    private func may(_ spec: JSONValue) -> JSONValue {
        let path = spec["nonResourceAttributes"]?["path"]?.string ?? ""
        let account = state.withLock { $0.accounts.values.first { $0.name == spec["user"]?.string } }
        guard let account, account.paths.contains(path), spec["nonResourceAttributes"]?["verb"] == "get" else {
            return ["allowed": false]
        }
        return account.isDenied ? ["allowed": true, "denied": true] : ["allowed": true]
    }
}

extension AccessReviewer {
    /// What a server would be told of its metrics.
    func answer(_ token: String?) async -> AdminAccess.Verdict { await answer("/metrics", token) }

    /// What a server would be told.
    func answer(_ path: String, _ token: String?) async -> AdminAccess.Verdict {
        await access.verdict(path, token)
    }
}

extension AdminAccess.Verdict {
    /// The HTTP status that it leads to.
    var status: Int {
        switch self {
        case .allowed: 200
        case .unauthenticated: 401
        case .forbidden: 403
        case .unavailable: 503
        }
    }
}
