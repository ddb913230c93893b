import Addressing
import BGPEngine
import BGPWire
import TestSupport
import Testing

@Suite struct `Two peers in conversation` {
    struct Setting: CustomTestStringConvertible {
        let testDescription: String
        let leftIsPassive: Bool
        let restartTime: UInt16?
        let sameRouterID: Bool
    }

    /// How many conversations each setting has.
    private static let conversations = UInt64(Effort.count("MARTLET_CONVERSATIONS", usual: 200) / 4)

    static let settings = [
        Setting(testDescription: "both dial", leftIsPassive: false, restartTime: nil, sameRouterID: false),
        Setting(testDescription: "one is passive", leftIsPassive: true, restartTime: nil, sameRouterID: false),
        Setting(testDescription: "graceful restart", leftIsPassive: false, restartTime: 120, sameRouterID: false),
        Setting(testDescription: "equal identifiers", leftIsPassive: false, restartTime: nil, sameRouterID: true),
    ]

    private func conversation(_ setting: Setting, seed: UInt64, trouble: Double) throws -> Conversation {
        let timers = PeerTimers(holdTime: 9, keepalive: 3, connectRetry: 20)
        var left = try Fixture.peer(timers: timers, restartTime: setting.restartTime, isPassive: setting.leftIsPassive)
        var right = try Fixture.peer(timers: timers, restartTime: setting.restartTime)
        left.routerID = try Fixture.routerID(setting.sameRouterID ? "10.0.0.12" : "10.0.0.99")
        right.localAS = 65000
        right.remoteAS = 65001
        return Conversation(left, right, seed: seed, trouble: trouble)
    }

    @Test(arguments: settings) func `agree on one connection`(setting: Setting) throws {
        for seed in 0..<Self.conversations {
            var conversation = try conversation(setting, seed: seed, trouble: 0)
            conversation.run(milliseconds: 60_000)
            let violations = conversation.violations
            try #require(violations == [], "seed \(seed)")
            let isEstablished = conversation.isEstablished
            try #require(isEstablished, "seed \(seed)")
        }
    }

    @Test(arguments: settings) func `always come back from trouble`(setting: Setting) throws {
        for seed in 0..<Self.conversations {
            var conversation = try conversation(setting, seed: seed, trouble: 0.3)
            conversation.run(milliseconds: 120_000)
            conversation.calm()
            conversation.run(milliseconds: 300_000)
            let violations = conversation.violations
            try #require(violations == [], "seed \(seed)")
            let isEstablished = conversation.isEstablished
            try #require(isEstablished, "seed \(seed)")
        }
    }
}
