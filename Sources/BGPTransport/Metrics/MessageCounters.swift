import BGPWire
import CoreMetrics
import NIOCore

/// Counts messages of one direction by their type.
struct MessageCounters: Sendable {
    private let opens: Counter
    private let updates: Counter
    private let notifications: Counter
    private let keepalives: Counter
    private let routeRefreshes: Counter

    /// Makes a counter for each type.
    init(_ counter: (String) -> Counter) {
        opens = counter("open")
        updates = counter("update")
        notifications = counter("notification")
        keepalives = counter("keepalive")
        routeRefreshes = counter("route_refresh")
    }

    func count(_ message: Message) {
        switch message {
        case .open: opens.increment()
        case .update: updates.increment()
        case .notification: notifications.increment()
        case .keepalive: keepalives.increment()
        case .routeRefresh: routeRefreshes.increment()
        }
    }

    /// Counts whole messages by their headers (RFC 4271 §4.1).
    func count(_ bytes: ByteBuffer) {
        var index = bytes.readerIndex
        var numbers = (updates: 0, routeRefreshes: 0)
        while let length: UInt16 = bytes.getInteger(at: index + Header.markerLength), length >= Header.length,
            let type: UInt8 = bytes.getInteger(at: index + Header.length - 1)
        {
            switch MessageType(rawValue: type) {
            case .update: numbers.updates += 1
            case .routeRefresh: numbers.routeRefreshes += 1
            default: break
            }
            index += Int(length)
        }
        if numbers.updates > 0 { updates.increment(by: numbers.updates) }
        if numbers.routeRefreshes > 0 { routeRefreshes.increment(by: numbers.routeRefreshes) }
    }

    func destroy() {
        for counter in [opens, updates, notifications, keepalives, routeRefreshes] { counter.destroy() }
    }
}
