import AdminSecurity
import AdminServer
import KubeJSON
import KubeModel
import TestCluster
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AccessReviewerTests {
    @Test func `a review asks whose token it is and whether that user may read the page`() async {
        let reviews = Reviews(["good": .init()])
        #expect(await reviews.reviewer().answer("good") == .allowed)
        #expect(
            reviews.specs == [
                ["token": "good", "audiences": ["martlet.dev"]],
                [
                    "user": "system:serviceaccount:monitoring:prometheus", "uid": "42",
                    "groups": ["system:serviceaccounts"],
                    "extra": ["authentication.kubernetes.io/pod-name": ["prometheus-0"]],
                    "nonResourceAttributes": ["path": "/metrics", "verb": "get"],
                ],
            ]
        )
    }

    @Test func `a token for the API server is accepted, as scrapers have no other`() async {
        let reviews = Reviews(["good": .init(audiences: [Reviews.server])])
        #expect(await reviews.reviewer().answer("good") == .allowed)
        #expect(reviews.specs.prefix(2) == [["token": "good", "audiences": ["martlet.dev"]], ["token": "good"]])
    }

    @Test func `an authenticator that does not know audiences is trusted`() async {
        let reviews = Reviews(["good": .init(audiences: nil)])
        #expect(await reviews.reviewer().answer("good") == .allowed)
        #expect(reviews.count == 2)
    }

    @Test func `a token made for another audience is refused`() async {
        let reviews = Reviews(["vault": .init(audiences: ["vault"])])
        #expect(await reviews.reviewer().answer("vault").status == 401)
    }

    @Test func `a request without a usable token causes no review`() async {
        let reviews = Reviews(["good": .init()])
        let reviewer = reviews.reviewer()
        #expect(await reviewer.answer(nil).status == 401)
        #expect(await reviewer.answer("").status == 401)
        #expect(await reviewer.answer(String(repeating: "x", count: 16_385)).status == 401)
        #expect(await reviewer.answer("/" + String(repeating: "x", count: 256), "good").status == 403)
        #expect(reviews.count == 0)
    }

    @Test func `an unknown user, a user without rights and a denied user are distinguished`() async {
        let reviews = Reviews([
            "good": .init(), "other": .init(name: "jane\u{1B}[2J", paths: []),
            "denied": .init(name: "joe", isDenied: true),
        ])
        let reviewer = reviews.reviewer()
        #expect(await reviewer.answer("/v1/peers", "good").status == 403)
        #expect(
            await reviewer.answer("other")
                == .forbidden("\"jane\u{FFFD}[2J\" has no right to get the nonResourceURL \"/metrics\"")
        )
        #expect(await reviewer.answer("denied").status == 403)
        #expect(await reviewer.answer("bad").status == 401)
    }

    @Test func `an allowed review is kept for a minute, a refused one for ten seconds`() async {
        let clock = ManualClock()
        let reviews = Reviews(["good": .init()])
        let reviewer = reviews.reviewer(clock)
        #expect(await reviewer.answer("good") == .allowed)
        #expect(await reviewer.answer("/v1/peers", "good").status == 403)
        #expect(await reviewer.answer("bad").status == 401)
        reviews.set(.init(paths: ["/v1/peers"]), for: "good")
        reviews.set(.init(name: "late"), for: "bad")
        let asked = reviews.count
        clock.advance(by: AccessReviewer.deniedTime - .nanoseconds(1))
        #expect(await reviewer.answer("/v1/peers", "good").status == 403)
        #expect(await reviewer.answer("bad").status == 401)
        #expect(reviews.count == asked)
        clock.advance(by: .nanoseconds(1))
        #expect(await reviewer.answer("/v1/peers", "good") == .allowed)
        clock.advance(by: AccessReviewer.allowedTime - AccessReviewer.deniedTime - .nanoseconds(1))
        #expect(await reviewer.answer("good") == .allowed)
        clock.advance(by: .nanoseconds(1))
        #expect(await reviewer.answer("good").status == 403)
        // What was allowed ten seconds ago, for a user of a minute ago, is over with that user.
        #expect(await reviewer.answer("/v1/peers", "good") == .allowed)
    }

    @Test func `another page needs a new access review but no new token review`() async {
        let reviews = Reviews(["good": .init(paths: ["/v1/peers", "/v1/routes/advertised"])])
        let reviewer = reviews.reviewer()
        #expect(await reviewer.answer("/v1/peers", "good") == .allowed)
        #expect(await reviewer.answer("/v1/routes/advertised", "good") == .allowed)
        #expect(reviews.specs.count { $0["token"] != nil } == 1)
    }

    @Test func `known answers hold while the API server is away, others say that it cannot be asked`() async {
        let clock = ManualClock()
        let reviews = Reviews(["good": .init()])
        let reviewer = reviews.reviewer(clock)
        #expect(await reviewer.answer("good") == .allowed)
        reviews.goAway()
        #expect(await reviewer.answer("good") == .allowed)
        #expect(await reviewer.answer("bad").status == 503)
        clock.advance(by: AccessReviewer.allowedTime)
        #expect(await reviewer.answer("good").status == 503)
        reviews.comeBack()
        #expect(await reviewer.answer("good") == .allowed)
    }

    @Test func `made-up tokens cannot evict the users who were let in`() async {
        let clock = ManualClock()
        let reviews = Reviews(["good": .init()])
        let reviewer = reviews.reviewer(clock)
        #expect(await reviewer.answer("good") == .allowed)
        var statuses: [Int: Int] = [:]
        for number in 0..<1000 { statuses[await reviewer.answer("made up \(number)").status, default: 0] += 1 }
        #expect(statuses == [401: 39, 503: 961])
        #expect(reviews.count == 2 + 39 * 2)
        clock.advance(by: AccessReviewer.allowedTime)
        for number in 0..<100 { _ = await reviewer.answer("again \(number)") }
        #expect(await reviewer.answer("good") == .allowed)
        #expect(await reviewer.answer("new").status == 503)
        clock.advance(by: .seconds(1))
        #expect(await reviewer.answer("new").status == 401)
    }

    @Test func `at most four reviews run at a time`() async throws {
        let gate = Gate()
        let reviews = Reviews(holding: gate)
        let reviewer = reviews.reviewer()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 { group.addTask { await reviewer.answer("made up \(number)").status } }
            try await eventually("four are under way", is: 4) { reviews.count }
            #expect(await reviewer.answer("one more").status == 503)
            gate.open()
            for try await status in group { #expect(status == 401) }
        }
        #expect(await reviewer.answer("one more").status == 401)
    }
}
