package import AdminServer
import Crypto
package import KubeClient
import KubeJSON
import KubeModel
import LogKeys
package import Logging
import PlainText

/// Asks the API server whose a token is (TokenReview) and whether they may read a page (SubjectAccessReview), as the metrics
/// filters of other controllers do.
///
/// Answers hold for a short time, also while the API server is away: what is allowed for a minute, what is not for ten
/// seconds. Tokens are kept as digests only.
package actor AccessReviewer {
    /// How long somebody who was let in is let in again without a question.
    package static let allowedTime = Duration.seconds(60)
    /// How long a refusal is given again without a question.
    package static let deniedTime = Duration.seconds(10)
    /// How long somebody who was let in is no stranger.
    package static let knownTime = Duration.seconds(3600)

    /// Longer ones are nobody's: an API server's own are a tenth of it.
    private static let longestToken = 16_384
    /// Longer ones name no page.
    private static let longestPath = 256

    private struct Question: Hashable {
        let token: [UInt8]
        let path: String
    }

    private enum Identity {
        case known(ReviewedUser)
        case unknown
    }

    private let client: KubeClient
    private let elapsed: @Sendable () -> Duration
    private let logger: Logger
    private var budget = ReviewBudget()
    private var identities = ExpiringTable<[UInt8], Identity>(room: 1024)
    private var verdicts = ExpiringTable<Question, AdminAccess.Verdict>(room: 4096)
    private var letIn = ExpiringTable<[UInt8], Bool>(room: 1024)
    private var isTroubled = false

    /// Asks through a client; the clock measures how long an answer holds.
    package init(client: KubeClient, clock: some Clock<Duration> = ContinuousClock(), logger: Logger) {
        self.client = client
        self.logger = logger
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
    }

    /// The same as the rule of a server.
    package nonisolated var access: AdminAccess {
        AdminAccess { path, token in await self.verdict(on: path, token: token) }
    }

    private func verdict(on path: String, token: String?) async -> AdminAccess.Verdict {
        guard let token, !token.isEmpty else {
            return .unauthenticated("a token is needed, as Authorization: Bearer or X-Martlet-Token")
        }
        guard token.utf8.count <= Self.longestToken else { return Self.unknownToken }
        guard path.utf8.count <= Self.longestPath else { return .forbidden("no page has a path so long") }
        let question = Question(token: Array(SHA256.hash(data: Array(token.utf8))), path: path)
        let now = elapsed()
        if let known = verdicts.entry(question, at: now) { return known.value }
        let identity = identities.entry(question.token, at: now)
        if case .unknown? = identity?.value { return Self.unknownToken }
        let lane: ReviewBudget.Lane = letIn.entry(question.token, at: now) == nil ? .stranger : .known
        guard budget.begin(lane, at: now) else {
            return .unavailable("too many tokens are being reviewed; try again in some seconds")
        }
        defer { budget.end(lane) }
        do {
            let verdict = try await review(question, token, identity)
            logger.debug("a token was reviewed", metadata: [.path: "\(path)", .reasonMessage: "\(verdict)"])
            if isTroubled {
                isTroubled = false
                logger.notice("the API server says again who may read the pages")
            }
            return verdict
        } catch is CancellationError {
            return .unavailable("the request was given up")
        } catch {
            if !isTroubled {
                isTroubled = true
                logger.warning(
                    "the API server cannot be asked who may read the pages; they are refused",
                    metadata: [.error: "\("\(error)".asMessage)"]
                )
            }
            return .unavailable("the API server cannot be asked who may read this")
        }
    }

    private static let unknownToken = AdminAccess.Verdict.unauthenticated("the API server does not know this token")

    private func review(
        _ question: Question,
        _ token: String,
        _ known: (value: Identity, until: Duration)?
    ) async throws -> AdminAccess.Verdict {
        let user: ReviewedUser
        let end: Duration
        if case .known(let reviewed)? = known?.value, let until = known?.until {
            (user, end) = (reviewed, until)
        } else {
            let reviewed = try await self.user(of: token)
            let now = elapsed()
            guard let reviewed else {
                identities.set(question.token, to: .unknown, until: now + Self.deniedTime, at: now)
                return Self.unknownToken
            }
            (user, end) = (reviewed, now + Self.allowedTime)
            identities.set(question.token, to: .known(reviewed), until: end, at: now)
        }
        let answer = try await answer(to: .subjectAccessReview(user, path: question.path))
        let isAllowed = answer["status"]?["allowed"]?.bool == true && answer["status"]?["denied"]?.bool != true
        let now = elapsed()
        logger.debug("a right was reviewed", metadata: [.user: "\(user.name)", .path: "\(question.path)"])
        guard isAllowed else {
            let verdict = AdminAccess.Verdict.forbidden(
                "\(user.name.quoted) has no right to get the nonResourceURL \(question.path.quoted)"
            )
            verdicts.set(question, to: verdict, until: min(end, now + Self.deniedTime), at: now)
            return verdict
        }
        // A user of a minute ago is not asked for again when the path is another, so the end is that of the user.
        verdicts.set(question, to: .allowed, until: min(end, now + Self.allowedTime), at: now)
        letIn.set(question.token, to: true, until: now + Self.knownTime, at: now)
        return .allowed
    }

    /// The user of a token that is for us, or for the API server, which is what a scraper's service account has.
    private func user(of token: String) async throws -> ReviewedUser? {
        let own = try await answer(to: .tokenReview(token, audiences: [KubeRequest.ownAudience]))
        if let status = own["status"], status["authenticated"]?.bool == true {
            // An authenticator that knows of no audiences names none, and then the token is for the API server.
            let audiences = (status["audiences"]?.array ?? []).compactMap(\.string)
            if audiences.isEmpty || audiences.contains(KubeRequest.ownAudience) { return ReviewedUser(status) }
        }
        let general = try await answer(to: .tokenReview(token, audiences: []))
        guard let status = general["status"], status["authenticated"]?.bool == true else { return nil }
        return ReviewedUser(status)
    }

    /// Sent once: whoever waits for a page asks again by themselves.
    private func answer(to request: KubeRequest) async throws -> JSONValue {
        let response = try await client.transport.send(request)
        guard (200..<300).contains(response.status) else { throw KubeError(response) }
        return try JSON.read(response.body)
    }
}

extension ReviewedUser {
    /// The user of a TokenReview's status; nil without a name.
    fileprivate init?(_ status: JSONValue) {
        guard let user = status["user"], let name = user["username"]?.string, !name.isEmpty else { return nil }
        self.init(
            name: name,
            uid: user["uid"]?.string,
            groups: (user["groups"]?.array ?? []).compactMap(\.string),
            extra: user["extra"]
        )
    }
}
