/// Elements in ascending order, none twice.
///
/// They are kept in short runs, so that a change moves few of them however many there are.
struct SortedList<Element: Comparable & Sendable>: Sendable {
    /// Each ascending and not empty, all of one before all of the next.
    private var runs: [[Element]] = []
    /// How many there are.
    private(set) var count = 0

    /// The length at which a run becomes two.
    private static var limit: Int { 128 }

    init() {}

    var isEmpty: Bool { count == 0 }

    /// The lowest.
    var first: Element? { runs.first?.first }

    func contains(_ element: Element) -> Bool { first(notBelow: element) == element }

    /// The lowest that is not below an element.
    func first(notBelow element: Element) -> Element? {
        let run = run(for: element)
        guard run < runs.count else { return nil }
        return runs[run][Self.place(of: element, in: runs[run])]
    }

    /// The lowest that is above an element.
    func first(above element: Element) -> Element? {
        let run = run(for: element)
        guard run < runs.count else { return nil }
        var place = Self.place(of: element, in: runs[run])
        if runs[run][place] == element { place += 1 }
        if place < runs[run].count { return runs[run][place] }
        return run + 1 < runs.count ? runs[run + 1].first : nil
    }

    /// The highest that is below an element.
    func last(below element: Element) -> Element? {
        let run = run(for: element)
        if run < runs.count {
            let place = Self.place(of: element, in: runs[run])
            if place > 0 { return runs[run][place - 1] }
        }
        return run > 0 ? runs[run - 1].last : nil
    }

    /// The first few, in order.
    func prefix(_ most: Int) -> [Element] { Array(runs.lazy.joined().prefix(most)) }

    /// Adds an element; false when it is there already.
    @discardableResult
    mutating func insert(_ element: Element) -> Bool {
        guard !runs.isEmpty else {
            runs = [[element]]
            count = 1
            return true
        }
        let run = min(run(for: element), runs.count - 1)
        let place = Self.place(of: element, in: runs[run])
        guard place == runs[run].count || runs[run][place] != element else { return false }
        runs[run].insert(element, at: place)
        count += 1
        if runs[run].count > Self.limit {
            let half = runs[run].count / 2
            let upper = Array(runs[run][half...])
            // Both made anew, so that neither keeps the room that the whole had.
            runs[run] = Array(runs[run][..<half])
            runs.insert(upper, at: run + 1)
        }
        return true
    }

    /// Takes an element out; false when it is not there.
    @discardableResult
    mutating func remove(_ element: Element) -> Bool {
        let run = run(for: element)
        guard run < runs.count else { return false }
        let place = Self.place(of: element, in: runs[run])
        guard runs[run][place] == element else { return false }
        runs[run].remove(at: place)
        if runs[run].isEmpty { runs.remove(at: run) }
        count -= 1
        return true
    }

    /// Takes the lowest out.
    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        remove(first)
        return first
    }

    /// The first run that does not end below an element.
    private func run(for element: Element) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle][runs[middle].count - 1] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where an element is in a run, or would be.
    private static func place(of element: Element, in run: [Element]) -> Int {
        var low = 0
        var high = run.count
        while low < high {
            let middle = (low + high) / 2
            if run[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
