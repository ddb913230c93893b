/// How many reviews may be asked for: few at a time and few a second, so that a stranger with tokens made up at random does
/// not make a program flood the API server.
///
/// Who was let in lately has a lane of their own, which strangers cannot fill.
struct ReviewBudget: Sendable {
    /// Who wants a review.
    enum Lane: Hashable, Sendable {
        /// The bearer of a token that was allowed something within the last hour.
        case known
        /// Anyone else.
        case stranger
    }

    /// How many may be under way at a time in each lane.
    static let mostUnderWay = 4

    private var known = Allowance(atOnce: 20, perSecond: 5)
    private var stranger = Allowance(atOnce: 40, perSecond: 10)

    /// Begins a review, if there may be one now; each that began has to end.
    mutating func begin(_ lane: Lane, at now: Duration) -> Bool {
        switch lane {
        case .known: known.begin(at: now)
        case .stranger: stranger.begin(at: now)
        }
    }

    /// Ends a review.
    mutating func end(_ lane: Lane) {
        switch lane {
        case .known: known.underWay -= 1
        case .stranger: stranger.underWay -= 1
        }
    }
}

/// What one lane has left.
private struct Allowance {
    let atOnce: Double
    let perSecond: Double
    var left: Double
    var last = Duration.zero
    var underWay = 0

    init(atOnce: Double, perSecond: Double) {
        self.atOnce = atOnce
        self.perSecond = perSecond
        left = atOnce
    }

    mutating func begin(at now: Duration) -> Bool {
        left = min(atOnce, left + (now - last) / .seconds(1) * perSecond)
        last = now
        guard left >= 1, underWay < ReviewBudget.mostUnderWay else { return false }
        left -= 1
        underWay += 1
        return true
    }
}
