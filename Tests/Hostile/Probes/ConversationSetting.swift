import BGPEngine
import BGPTypes

/// What two peers that talk may be like.
package struct ConversationSetting: Sendable, CustomStringConvertible {
    /// The setting in words.
    package let description: String
    private let leftIsPassive: Bool
    private let restartTime: UInt16?
    private let sameRouterID: Bool

    /// All that are tried.
    package static let all = [
        ConversationSetting("both dial"),
        ConversationSetting("one is passive", leftIsPassive: true),
        ConversationSetting("graceful restart", restartTime: 120),
        ConversationSetting("equal identifiers", sameRouterID: true),
    ]

    private init(_ words: String, leftIsPassive: Bool = false, restartTime: UInt16? = nil, sameRouterID: Bool = false) {
        description = words
        self.leftIsPassive = leftIsPassive
        self.restartTime = restartTime
        self.sameRouterID = sameRouterID
    }

    private func conversation(seed: UInt64, trouble: Double) -> Conversation {
        let timers = PeerTimers(holdTime: 9, keepalive: 3, connectRetry: 20)
        var left = SomePeer.configuration(restartTime: restartTime, timers: timers, isPassive: leftIsPassive)
        var right = SomePeer.configuration(restartTime: restartTime, timers: timers)
        left.routerID = SomePeer.routerID(sameRouterID ? 0x0A00_000C : 0x0A00_0063)
        right.localAS = 65000
        right.remoteAS = 65001
        return Conversation(left, right, seed: seed, trouble: trouble)
    }

    /// Two peers that nothing disturbs; what went wrong, nothing as it should be.
    package func calm(seed: UInt64) -> [String] {
        var conversation = conversation(seed: seed, trouble: 0)
        conversation.run(milliseconds: 60_000)
        return conversation.violations + (conversation.isEstablished ? [] : ["no session within a minute"])
    }

    /// Two minutes of trouble and then peace; what went wrong, nothing as it should be.
    package func troubled(seed: UInt64) -> [String] {
        var conversation = conversation(seed: seed, trouble: 0.3)
        conversation.run(milliseconds: 120_000)
        conversation.calm()
        // A connection whose other end is forgotten is given up after 240 s at the latest (RFC 4271 §8.2.2).
        let isBack = conversation.settle(within: 300_000, stay: 15_000)
        return conversation.violations + (isBack ? [] : ["the session never came back"])
    }
}
