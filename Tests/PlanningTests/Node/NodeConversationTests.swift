import Planning
import Testing

/// What holds however store events, timers, answers and restarts come.
@Suite struct NodeConversationTests {
    private static let seeds = 45

    @Test(arguments: UInt64(0)..<8)
    func `no order of events makes a node announce what nothing wants, act on half a world or undo a drain`(
        part: UInt64
    ) {
        var counts: [String: Int] = [:]
        for seed in 0..<UInt64(Self.seeds) {
            var conversation = NodeConversation(seed: part * 1000 + seed)
            conversation.begin()
            for _ in 0..<60 { conversation.step() }
            conversation.settle()
            #expect(conversation.complaints == [], "seed \(part * 1000 + seed)")
            counts.merge(conversation.counts, uniquingKeysWith: +)
        }
        let needed = [
            "announcements", "announcements during drains", "states", "stand-ins", "restarts", "resumed drains",
        ]
        for what in needed {
            #expect(counts[what, default: 0] > 1, "too few \(what) prove nothing")
        }
    }
}
