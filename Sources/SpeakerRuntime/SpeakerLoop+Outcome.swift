import BGPEngine
import Planning

/// What a decision led to.
extension SpeakerLoop {
    /// What became of the routes.
    enum Outcome: Equatable {
        case same
        case changed([RouteChanges])
        case new
        /// Nothing else is decided; what waited is told.
        case released
    }

    /// What the history of routes has to be told.
    enum Past {
        case same
        case changed([RouteChanges])
        /// Everything may be different from these tables.
        case tables([PeerID: RouteTable])
    }
}
