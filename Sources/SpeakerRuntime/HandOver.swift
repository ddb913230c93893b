import BGPResources
import KubeModel

/// What a speaker makes of a BGPNodeConfig that is gone.
///
/// When a BGPClusterConfig is deleted, Kubernetes' garbage collector deletes the BGPNodeConfigs that it owned, and may be
/// faster than the operator, which gives these nodes to another BGPClusterConfig that selects them. The BGPNodeConfig then
/// goes and comes back at once, and no session has a reason to notice.
enum HandOver: Equatable {
    /// A BGPNodeConfig that went together with what owned it.
    struct Departure: Hashable, Sendable {
        /// What is in force until another comes.
        let nodeConfig: BGPNodeConfig
        /// Who owned it.
        let owner: OwnerReference
    }

    /// Nobody asks anything of the node.
    case nothing
    /// There is a BGPNodeConfig, and who owns it.
    case present(BGPNodeConfig, OwnerReference?)
    /// It is gone; another may come in its place.
    case awaited(Departure)

    /// Takes what the API server has; returns what has just gone and may come back.
    mutating func follow(_ stored: BGPNodeConfig?) -> Departure? {
        if let stored {
            self = .present(stored.wish, stored.metadata.controller)
            return nil
        }
        guard case .present(let nodeConfig, let owner) = self else { return nil }
        guard let owner else {
            // Without an owner nothing but a person or the operator deletes it.
            self = .nothing
            return nil
        }
        let departure = Departure(nodeConfig: nodeConfig, owner: owner)
        self = .awaited(departure)
        return departure
    }

    /// Nothing comes in the place of what is gone; false when something has come already.
    mutating func giveUp(_ departure: Departure) -> Bool {
        guard self == .awaited(departure) else { return false }
        self = .nothing
        return true
    }

    /// What stays in force though the API server has nothing.
    var kept: BGPNodeConfig? {
        guard case .awaited(let departure) = self else { return nil }
        return departure.nodeConfig
    }
}
