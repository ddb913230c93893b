/// Which numbers of a run are taken, kept as merged intervals so that a run of any size costs what is taken of it.
struct TakenAddresses: Sendable {
    /// The run, both ends included.
    let bounds: ClosedRange<UInt128>
    /// Disjoint, never adjacent.
    private var intervals = SortedList<Interval>()
    /// How many are taken; a run that is the whole of 128 bits cannot exist, since /0 is refused.
    private(set) var count: UInt128 = 0

    private struct Interval: Comparable, Sendable {
        let first: UInt128
        let last: UInt128

        static func < (left: Interval, right: Interval) -> Bool { left.first < right.first }
        static func == (left: Interval, right: Interval) -> Bool { left.first == right.first }

        init(_ first: UInt128, _ last: UInt128) {
            self.first = first
            self.last = last
        }

        var size: UInt128 { last - first + 1 }
    }

    init(_ bounds: ClosedRange<UInt128>) {
        self.bounds = bounds
    }

    /// The lowest number that is not taken; nil when all are.
    var lowestFree: UInt128? {
        guard let first = intervals.first, first.first == bounds.lowerBound else { return bounds.lowerBound }
        return first.last < bounds.upperBound ? first.last + 1 : nil
    }

    /// How many numbers the run has.
    var size: UInt128 { (bounds.upperBound - bounds.lowerBound) &+ 1 }

    func contains(_ value: UInt128) -> Bool { interval(with: value) != nil }

    /// Takes numbers; those outside the run are left out, those taken stay so.
    mutating func take(_ range: ClosedRange<UInt128>) {
        guard range.overlaps(bounds) else { return }
        let new = range.clamped(to: bounds)
        var (first, last) = (new.lowerBound, new.upperBound)
        // An interval that only touches merges too.
        if let before = intervals.last(below: Interval(first, first)), before.last >= first - 1 {
            first = before.first
            last = max(last, before.last)
            remove(before)
        }
        while let next = intervals.first(notBelow: Interval(first, first)), next.first <= last || next.first - 1 == last
        {
            last = max(last, next.last)
            remove(next)
        }
        add(Interval(first, last))
    }

    mutating func take(_ value: UInt128) { take(value...value) }

    mutating func free(_ value: UInt128) {
        guard let interval = interval(with: value) else { return }
        remove(interval)
        if interval.first < value { add(Interval(interval.first, value - 1)) }
        if value < interval.last { add(Interval(value + 1, interval.last)) }
    }

    private func interval(with value: UInt128) -> Interval? {
        let single = Interval(value, value)
        if let found = intervals.first(notBelow: single), found.first == value { return found }
        return intervals.last(below: single).flatMap { $0.last >= value ? $0 : nil }
    }

    private mutating func add(_ interval: Interval) {
        intervals.insert(interval)
        count += interval.size
    }

    private mutating func remove(_ interval: Interval) {
        intervals.remove(interval)
        count -= interval.size
    }
}
