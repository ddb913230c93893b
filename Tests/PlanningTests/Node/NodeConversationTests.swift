import Planning
import Testing

/// What holds however store events, timers, answers and restarts come.
@Suite struct NodeConversationTests {
    private static let seeds = Array(UInt64(0)..<400)

    @Test func `no order of events makes a node announce what nothing wants, act on half a world or undo a drain`() {
        var counts: [String: Int] = [:]
        for seed in Self.seeds {
            var conversation = NodeConversation(seed: seed)
            conversation.begin()
            for _ in 0..<60 { conversation.step() }
            conversation.settle()
            #expect(conversation.complaints == [], "seed \(seed)")
            counts.merge(conversation.counts, uniquingKeysWith: +)
        }
        for what in ["announcements", "announcements during drains", "states", "stand-ins", "restarts"] {
            #expect(counts[what, default: 0] > 100, "too few \(what) prove nothing")
        }
    }
}
