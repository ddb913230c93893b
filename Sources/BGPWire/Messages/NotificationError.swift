/// Why a session ends, as a NOTIFICATION says it (RFC 4271 §4.5, §6).
///
/// It is both what decoding throws, so that an error is already what the protocol will say, and what arrives from a peer.
package struct NotificationError: Error, Hashable, Sendable {
    /// The kind of error, as IANA assigns it.
    package struct Code: Hashable, Sendable, RawRepresentable {
        /// The octet.
        package let rawValue: UInt8

        /// Takes any octet.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Message Header Error (RFC 4271 §6.1).
        package static let messageHeader = Code(rawValue: 1)
        /// OPEN Message Error (RFC 4271 §6.2).
        package static let openMessage = Code(rawValue: 2)
        /// UPDATE Message Error (RFC 4271 §6.3).
        package static let updateMessage = Code(rawValue: 3)
        /// Hold Timer Expired (RFC 4271 §6.5).
        package static let holdTimerExpired = Code(rawValue: 4)
        /// Finite State Machine Error (RFC 4271 §6.6, RFC 6608).
        package static let stateMachine = Code(rawValue: 5)
        /// Cease (RFC 4271 §6.7, RFC 4486).
        package static let cease = Code(rawValue: 6)
        /// ROUTE-REFRESH Message Error (RFC 7313 §5).
        package static let routeRefresh = Code(rawValue: 7)
        /// Send Hold Timer Expired: the peer did not read (RFC 9687).
        package static let sendHoldTimerExpired = Code(rawValue: 8)
    }

    /// The kind of error.
    package var code: Code
    /// The error itself, within its code; 0 for unspecific.
    package var subcode: UInt8
    /// What the error's RFC says that follows.
    package var data: [UInt8]

    /// Whether IANA knows the code and has given the subcode a meaning in it.
    package var isAssigned: Bool {
        switch code {
        case .openMessage, .updateMessage: subcode <= 11
        case .messageHeader, .stateMachine: subcode <= 3
        case .holdTimerExpired, .sendHoldTimerExpired: subcode == 0
        case .cease: subcode <= Cease.bfdDown.rawValue
        case .routeRefresh: subcode <= 1
        default: false
        }
    }

    /// Joins three fields.
    package init(code: Code, subcode: UInt8 = 0, data: [UInt8] = []) {
        self.code = code
        self.subcode = subcode
        self.data = data
    }
}
