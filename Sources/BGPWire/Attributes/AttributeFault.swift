/// Something wrong with one attribute of an UPDATE, and what is to be done about it (RFC 7606).
package struct AttributeFault: Hashable, Sendable {
    /// The treatment, mildest first (RFC 7606 §2).
    package enum Disposition: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// Forget the attribute, use the routes.
        case discard
        /// Take the routes of the message as withdrawn.
        case treatAsWithdraw
        /// Close the session with the fault's NOTIFICATION.
        case resetSession

        /// Mildest first.
        package static func < (left: Disposition, right: Disposition) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The attribute at fault; for an absent one, the one missed.
    package var type: AttributeType
    /// What is to be done.
    package var disposition: Disposition
    /// What RFC 4271 would have said, which also tells what is wrong.
    package var notification: NotificationError

    /// Joins three parts.
    package init(_ type: AttributeType, _ disposition: Disposition, _ notification: NotificationError) {
        self.type = type
        self.disposition = disposition
        self.notification = notification
    }
}
