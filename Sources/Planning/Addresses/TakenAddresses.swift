/// Which numbers of a run are taken, kept as merged intervals so that a run of any size costs what is taken of it.
struct TakenAddresses: Hashable, Sendable {
    /// The run, both ends included.
    let bounds: ClosedRange<UInt128>
    /// Sorted, disjoint, never adjacent.
    private var intervals: [ClosedRange<UInt128>] = []

    init(_ bounds: ClosedRange<UInt128>) {
        self.bounds = bounds
    }

    /// The lowest number that is not taken; nil when all are.
    var lowestFree: UInt128? {
        guard let first = intervals.first, first.lowerBound == bounds.lowerBound else { return bounds.lowerBound }
        return first.upperBound < bounds.upperBound ? first.upperBound + 1 : nil
    }

    /// How many are taken; a run that is the whole of 128 bits cannot exist, since /0 is refused.
    var count: UInt128 {
        intervals.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) + 1 }
    }

    /// How many numbers the run has.
    var size: UInt128 { (bounds.upperBound - bounds.lowerBound) &+ 1 }

    /// Takes numbers; those outside the run are left out, those taken stay so.
    mutating func take(_ range: ClosedRange<UInt128>) {
        guard range.overlaps(bounds) else { return }
        var merged = range.clamped(to: bounds)
        // An interval that only touches merges too, hence the search one below.
        let start = firstIndex(endingAtOrAfter: merged.lowerBound == 0 ? 0 : merged.lowerBound - 1)
        var end = start
        while end < intervals.count {
            let next = intervals[end]
            guard next.lowerBound <= merged.upperBound || next.lowerBound - 1 == merged.upperBound else { break }
            merged = min(merged.lowerBound, next.lowerBound)...max(merged.upperBound, next.upperBound)
            end += 1
        }
        intervals.replaceSubrange(start..<end, with: CollectionOfOne(merged))
    }

    mutating func take(_ value: UInt128) { take(value...value) }

    mutating func free(_ value: UInt128) {
        let index = firstIndex(endingAtOrAfter: value)
        guard index < intervals.count, intervals[index].contains(value) else { return }
        let interval = intervals[index]
        var rest: [ClosedRange<UInt128>] = []
        if interval.lowerBound < value { rest.append(interval.lowerBound...(value - 1)) }
        if value < interval.upperBound { rest.append((value + 1)...interval.upperBound) }
        intervals.replaceSubrange(index...index, with: rest)
    }

    private func firstIndex(endingAtOrAfter value: UInt128) -> Int {
        var low = 0
        var high = intervals.count
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
