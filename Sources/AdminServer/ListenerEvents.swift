import CoreMetrics
import LogKeys
import Logging
import NIOCore
import PlainMetrics

/// Counts what a listener refuses, and says so in the log once a minute at most, however many there are.
struct ListenerEvents {
    enum Event: Int, CaseIterable {
        /// A connection was closed before it was answered, for a new one.
        case evicted
        /// A connection was turned away, since all others were being answered.
        case refused
        /// A connection was closed since a request or the taking of an answer took too long.
        case overdue
        /// A page was refused, since too many were asked for at a time.
        case pageRefused
    }

    private let listener: String
    private let counters: [Counter]
    private let logger: Logger
    private var untold: [Event: Int] = [:]
    private var toldAt: NIODeadline?

    init(listener: String, metrics: MetricsRegistry, logger: Logger) {
        self.listener = listener
        self.logger = logger
        counters = Event.allCases.map { Self.metric(of: $0).counter([listener], in: metrics) }
    }

    private static func metric(of event: Event) -> MetricDescription {
        switch event {
        case .evicted: .connectionsEvicted
        case .refused: .connectionsRefused
        case .overdue: .connectionsOverdue
        case .pageRefused: .pagesRefused
        }
    }

    mutating func note(_ event: Event, at now: NIODeadline = .now()) {
        counters[event.rawValue].increment()
        // That requests come to nothing is everyday; that there are too many is not.
        guard event != .overdue else { return }
        untold[event, default: 0] += 1
        if let toldAt, now - toldAt < .minutes(1) { return }
        toldAt = now
        logger.notice(
            "more is asked of this address than it serves",
            metadata: [
                .listener: "\(listener)", .connectionsEvicted: "\(untold[.evicted] ?? 0)",
                .connectionsRefused: "\(untold[.refused] ?? 0)", .pagesRefused: "\(untold[.pageRefused] ?? 0)",
            ]
        )
        untold = [:]
    }
}
