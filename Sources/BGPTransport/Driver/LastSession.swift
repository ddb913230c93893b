import BGPEngine
import BGPTypes
import BGPWire
import NIOCore

/// When a session with a router was last up, and from which of this node's addresses.
struct LastSession {
    private let end: NIODeadline
    private let patience: Duration
    private let local: IPAddress?

    /// A session that ends now.
    init(holdTime: HoldTime, local: IPAddress?) {
        end = .now()
        patience = SessionFailure.patience(afterHoldTime: holdTime)
        self.local = local
    }

    /// How long ago it was up; `nil` when that says nothing of a connection that is turned away: it was too long ago, or the
    /// router knew this node by another address than `source`.
    func age(from source: IPAddress?) -> Duration? {
        if let local, let source, local != source { return nil }
        let age = Duration.nanoseconds((NIODeadline.now() - end).nanoseconds)
        return age < patience ? age : nil
    }
}
