import KubeClient
import KubeJSON
import KubeModel
import Pacing
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RetryTests {
    private let clock = ManualClock()

    private func client(_ script: Script) -> KubeClient {
        let backoff = Backoff(first: .seconds(1), longest: .seconds(1))
        return KubeClient(
            transport: script.transport,
            retry: RetryPolicy(attempts: 3, longestWait: .seconds(30), backoff: backoff, clock: clock)
        )
    }

    @Test func `a server that asks to wait is asked again after that`() async throws {
        let script = Script([
            failure(429, "TooManyRequests"),
            failure(503, "ServiceUnavailable", headers: [.init("Retry-After", "20")]),
            .json(["kind": "fine"]),
        ])
        async let answer = client(script).send(KubeRequest(.get, "/x"))
        await clock.waitForSleepers(1, within: .seconds(1))
        clock.advance(by: .seconds(1))
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(19))
        #expect(script.requests.count == 2)
        clock.advance(by: .seconds(3))
        #expect(try await answer.status == 200)
        #expect(script.requests.count == 3)
    }

    @Test(
        arguments: [
            (500, nil), (503, nil), (404, nil), (503, "31"), (429, "31"),
        ] as [(Int, String?)]
    )
    func `an answer that may have done something, or asks for too long a wait, is final`(
        status: Int,
        wait: String?
    ) async throws {
        let script = Script([
            failure(status, "x", headers: wait.map { [.init("Retry-After", $0)] } ?? []),
            .json(["kind": "fine"]),
        ])
        await #expect(throws: KubeError.self) { _ = try await client(script).send(KubeRequest(.get, "/x")) }
        #expect(script.requests.count == 1)
    }

    @Test func `after the last attempt the server's words are the error`() async throws {
        let script = Script([failure(429, "TooManyRequests")])
        async let answer = client(script).send(KubeRequest(.get, "/x"))
        for _ in 0..<2 {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
        }
        do {
            _ = try await answer
            Issue.record("the request succeeded")
        } catch let error as KubeError {
            #expect(error.code == .tooManyRequests)
        }
        #expect(script.requests.count == 3)
    }
}
