import BGPEngine
import Logging
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DecisionLogTests {
    @Test func `the log says at the level debug what a peer was given and what it decided, without its password`()
        async throws
    {
        let log = LogLines()
        let password = Password("correct horse")
        try await Loopback.run(
            adjust: { router, node in
                router.password = password
                node.password = password
            },
            nodeLog: log.logger(from: .debug)
        ) { loopback in
            _ = try await loopback.established()
        }
        let decisions = log.all.filter { $0.hasPrefix("debug decided ") }
        #expect(decisions.first?.hasSuffix("decision.actions=dial decision.event=start") == true, "\(decisions)")
        #expect(decisions.contains { $0.contains("decision.event=connected") && $0.contains("bgp.peer=router") })
        #expect(decisions.contains { $0.contains("decision.event=session ") && $0.contains("established") })
        #expect(log.all.filter { $0.contains("correct horse") } == [])
    }
}
