import HostileInput
import Testing

@Suite struct ConversationTests {
    /// How many conversations each setting has; `Tests/fuzz` holds a hundred thousand.
    private static let seeds = 0..<40 as Range<UInt64>

    @Test(arguments: ConversationSetting.all) func `two peers agree on one connection`(setting: ConversationSetting)
        throws
    {
        for seed in Self.seeds {
            let violations = setting.calm(seed: seed)
            try #require(violations == [], "seed \(seed)")
        }
    }

    @Test(arguments: ConversationSetting.all) func `two peers always recover from trouble`(setting: ConversationSetting)
        throws
    {
        for seed in Self.seeds {
            let violations = setting.troubled(seed: seed)
            try #require(violations == [], "seed \(seed)")
        }
    }
}
