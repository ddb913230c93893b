import KubeClient
import KubeModel
import PlainText
import TestSupport
import Testing

/// What becomes of objects that are deleted, and made anew or not.
struct HeldDeletionsTests {
    private let key = ObjectKey(name: "tor")
    private let seen = Timestamp(secondsSinceEpoch: 1_800_000_000)

    private var empty: HeldDeletions { HeldDeletions(wait: .seconds(5), quiet: .seconds(1)) }

    @Test func `a deletion waits, is reported after a second, and is carried out after five`() {
        var held = empty
        let isNew = held.begin(key, isGone: true, at: .seconds(10), seen: seen)
        #expect(isNew && held.next == .seconds(11))
        #expect(held.pass(at: .milliseconds(10_999)) == ([], false))
        #expect(held.pass(at: .seconds(11)) == ([], true))
        #expect(held.entries[key]?.isOverdue == true)
        #expect(held.next == .seconds(15))
        #expect(held.pass(at: .milliseconds(14_999)) == ([], false))
        #expect(held.pass(at: .seconds(15)) == ([key], false))
        #expect(held == empty)
    }

    @Test func `what comes back in time has never been away`() {
        var held = empty
        _ = held.begin(key, isGone: true, at: .zero, seen: seen)
        _ = held.pass(at: .seconds(2))
        let hadWaited = held.end(key)
        #expect(hadWaited && held == empty)
        #expect(held.next == nil)
        // A second deletion has its own time.
        _ = held.begin(key, isGone: true, at: .seconds(4), seen: seen)
        #expect(held.next == .seconds(5))
    }

    @Test func `the time counts from when the object began to go, whenever it is gone`() {
        var held = empty
        _ = held.begin(key, isGone: false, at: .zero, seen: seen)
        let isNew = held.begin(key, isGone: true, at: .seconds(4), seen: seen)
        #expect(!isNew)
        #expect(held.pass(at: .seconds(5)) == ([key], false))
        #expect(!held.isOver(key))
    }

    @Test func `what finalizers keep on the server ends as well, once`() {
        var held = empty
        _ = held.begin(key, isGone: false, at: .zero, seen: seen)
        #expect(held.pass(at: .seconds(5)).ended == [key])
        #expect(held.isOver(key))
        // Neither another look at it nor its end begins anything.
        for isGone in [false, true] {
            let isNew = held.begin(key, isGone: isGone, at: .seconds(60), seen: seen)
            #expect(!isNew)
        }
        #expect(held == empty)
    }

    @Test func `several wait each for its own time`() {
        var held = empty
        let names = ["c", "a", "b"].map { ObjectKey(name: $0) }
        for (place, name) in names.enumerated() {
            _ = held.begin(name, isGone: true, at: .seconds(place), seen: seen)
        }
        #expect(held.pass(at: .seconds(6)) == ([ObjectKey(name: "a"), ObjectKey(name: "c")], true))
        #expect(held.next == .seconds(7))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever happens, nothing waits for ever and nothing ends early`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var held = empty
        var began: [ObjectKey: Duration] = [:]
        var now = Duration.zero
        for _ in 0..<60 {
            now += .milliseconds(Int.random(in: 0..<1500, using: &random))
            let key = ObjectKey(name: ["a", "b", "c"].randomElement(using: &random) ?? "a")
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                if held.begin(key, isGone: Bool.random(using: &random), at: now, seen: seen) { began[key] = now }
            case 1:
                _ = held.end(key)
                began[key] = nil
            default:
                let (ended, _) = held.pass(at: now)
                #expect(ended == began.filter { $0.value + .seconds(5) <= now }.keys.sorted())
                for key in ended { began[key] = nil }
            }
            #expect(Set(held.entries.keys) == Set(began.keys))
            #expect((held.next == nil) == began.isEmpty)
        }
    }
}
