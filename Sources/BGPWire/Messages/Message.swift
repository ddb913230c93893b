/// A BGP message (RFC 4271 §4, RFC 2918 §3).
package enum Message: Hashable, Sendable {
    /// OPEN: who I am and what I can do.
    case open(Open)
    /// UPDATE: routes to use and routes to forget.
    ///
    /// Kept in a place of its own, since it has many parts and is handed on from one to the next unread.
    indirect case update(UpdateMessage)
    /// NOTIFICATION: why I close the session.
    case notification(NotificationError)
    /// KEEPALIVE: still here.
    case keepalive
    /// ROUTE-REFRESH: send everything again, or a mark around such a repetition (RFC 7313).
    case routeRefresh(RouteRefresh)

    /// The type octet of the header.
    package var type: MessageType {
        switch self {
        case .open: .open
        case .update: .update
        case .notification: .notification
        case .keepalive: .keepalive
        case .routeRefresh: .routeRefresh
        }
    }
}

/// The type octet of a message header, as IANA assigns it.
package struct MessageType: Hashable, Sendable, RawRepresentable {
    /// The octet.
    package let rawValue: UInt8

    /// Takes any octet.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// OPEN (RFC 4271 §4.2).
    package static let open = MessageType(rawValue: 1)
    /// UPDATE (RFC 4271 §4.3).
    package static let update = MessageType(rawValue: 2)
    /// NOTIFICATION (RFC 4271 §4.5).
    package static let notification = MessageType(rawValue: 3)
    /// KEEPALIVE (RFC 4271 §4.4).
    package static let keepalive = MessageType(rawValue: 4)
    /// ROUTE-REFRESH (RFC 2918 §3).
    package static let routeRefresh = MessageType(rawValue: 5)
}

extension MessageType: CustomStringConvertible {
    /// The name as RFCs print it, or the number.
    package var description: String {
        switch self {
        case .open: "OPEN"
        case .update: "UPDATE"
        case .notification: "NOTIFICATION"
        case .keepalive: "KEEPALIVE"
        case .routeRefresh: "ROUTE-REFRESH"
        default: "message type \(rawValue)"
        }
    }
}
