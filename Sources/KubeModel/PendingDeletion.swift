package import PlainText

/// An object that is deleted and still counts, since one of the same name may come in its place.
package struct PendingDeletion: Hashable, Sendable {
    package let object: ObjectReference
    /// By which time, by the clock on the wall, what it asks for ends unless it is there again.
    package let until: Timestamp
    /// Whether it has been away for longer than a replacement takes, so that people are told on other objects, and others may
    /// take its place.
    package let isOverdue: Bool

    /// States what waits.
    package init(_ object: ObjectReference, until: Timestamp, isOverdue: Bool) {
        self.object = object
        self.until = until
        self.isOverdue = isOverdue
    }

    /// What is to be known of it, as a sentence without a full stop.
    package var message: String {
        "\(object) is deleted; what it asks for ends at \(until) unless it is there again by then"
    }
}
