import BGPEngine
import Testing

@Suite struct ReceivedRoutesBudgetTests {
    private typealias Usage = ReceivedRoutesBudget.Usage

    private static let limit = 1 << 20

    @Test func `half is for attributes, and the last eighth for prefixes alone`() {
        var budget = ReceivedRoutesBudget(limit: Self.limit)
        let share = budget.enter()
        #expect(budget.room(for: share) == .init(attributes: Self.limit / 2, total: Self.limit))
        budget.set(Usage(attributes: 100_000, prefixes: 200_000), for: share)
        #expect(budget.room(for: share) == .init(attributes: Self.limit / 2 - 100_000, total: Self.limit - 300_000))
        budget.set(Usage(attributes: 100_000, prefixes: 600_000), for: share)
        let total = Self.limit - 700_000
        #expect(budget.room(for: share) == .init(attributes: total - Self.limit / 8, total: total))
        budget.set(Usage(attributes: 100_000, prefixes: 900_000), for: share)
        #expect(budget.room(for: share) == .init(attributes: 0, total: Self.limit - 1_000_000))
    }

    @Test func `the first peers get more, and every peer a little`() {
        var budget = ReceivedRoutesBudget(limit: Self.limit)
        let first = budget.enter()
        let second = budget.enter()
        budget.set(Usage(attributes: Self.limit / 2, prefixes: 1000), for: first)
        #expect(budget.room(for: first).attributes == 0)
        #expect(budget.room(for: second).attributes == ReceivedRoutesBudget.alwaysKept)
        budget.set(Usage(attributes: 10_000, prefixes: 1000), for: second)
        #expect(budget.room(for: second).attributes == ReceivedRoutesBudget.alwaysKept - 10_000)
        #expect(budget.used == Usage(attributes: Self.limit / 2 + 10_000, prefixes: 2000))
    }

    @Test func `no session grows beyond the limit`() {
        var budget = ReceivedRoutesBudget(limit: Self.limit)
        let share = budget.enter()
        budget.set(Usage(attributes: 0, prefixes: Self.limit + 1), for: share)
        let other = budget.enter()
        #expect(budget.room(for: other) == .init(attributes: 0, total: 0))
    }

    @Test func `a session that ends gives its share to all`() {
        var budget = ReceivedRoutesBudget(limit: Self.limit)
        let first = budget.enter()
        let second = budget.enter()
        budget.set(Usage(attributes: 500_000, prefixes: 500_000), for: first)
        budget.set(Usage(attributes: 10, prefixes: 10), for: second)
        budget.leave(first)
        #expect(budget.used == Usage(attributes: 10, prefixes: 10))
        #expect(budget.usage(of: first) == Usage())
        let third = budget.enter()
        #expect(budget.usage(of: third) == Usage())
        #expect(budget.usage(of: second) == Usage(attributes: 10, prefixes: 10))
        #expect(budget.largest == second)
    }

    @Test func `the largest is the one that takes most of both`() {
        var budget = ReceivedRoutesBudget(limit: Self.limit)
        let shares = (0..<3).map { _ in budget.enter() }
        #expect(budget.largest == nil)
        budget.set(Usage(attributes: 300, prefixes: 0), for: shares[0])
        budget.set(Usage(attributes: 100, prefixes: 250), for: shares[1])
        budget.set(Usage(attributes: 0, prefixes: 320), for: shares[2])
        #expect(budget.largest == shares[1])
        budget.set(Usage(attributes: 0, prefixes: 250), for: shares[1])
        #expect(budget.largest == shares[2])
    }
}
