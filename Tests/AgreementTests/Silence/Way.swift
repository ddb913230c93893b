import Planning

/// The ways in which something that is selected is not announced, one for every reason that keeps it back.
///
/// A new reason does not compile without a place in `init?`, and a new way not without a case in `Silence`.
enum Way: String, CaseIterable, Sendable {
    // What the Service and its endpoints say.
    case addressOfAnother = "AddressOfAnother"
    case notProxied = "NotProxied"
    case endpointsWithoutNode = "EndpointsWithoutNode"
    case notLoadBalancer = "NotLoadBalancer"
    case foreignLoadBalancerClass = "ForeignLoadBalancerClass"
    case hostnameOnly = "HostnameOnly"
    case invalidAddress = "InvalidAddress"
    case tooManyRoutesOfService = "TooManyRoutes of a Service"
    case tooManyRoutesOfNamespace = "TooManyRoutes of a namespace"
    case flapping = "Flapping"
    case noUsableEndpoints = "NoUsableEndpoints"
    case noLocalEndpoints = "NoLocalEndpoints"
    // What the node says.
    case nodeExcluded = "NodeExcluded"
    case networkUnavailable = "NetworkUnavailable"
    case nodeDrained = "NodeDrained"
    case dataPathNotReady = "DataPathNotReady"
    // What has nothing to announce.
    case noPodCIDR = "NoPodCIDR"
    case invalidPodCIDR = "InvalidPodCIDR"
    case noInterfaceAddress = "NoInterfaceAddress"
    case noPool = "NoPool"
    // What the session says.
    case sessionNotEstablished = "SessionNotEstablished"
    case authSecretMissing = "AuthSecretMissing"
    case authSecretKeyMissing = "AuthSecretMissing without its key"
    case authSecretUnusable = "AuthSecretUnusable"
    case missingPeerConfig = "MissingPeerConfig"
    case noRouterID = "NoRouterID"
    case localASNMissing = "LocalASNMissing"
    case peerAddressMissing = "PeerAddressMissing"
    case familyNotNegotiated = "FamilyNotNegotiated"
    case heldBackByLimit = "HeldBackByLimit"
    // What selects the node.
    case noClusterConfig = "NoClusterConfig"
    case noPeers = "NoPeers"
    case conflictingClusterConfig = "ConflictingClusterConfig"
    case foreignNodeConfig = "ForeignNodeConfig"

    /// The way that a reason stands for; nil for one that keeps nothing back that is selected.
    init?(_ reason: Reason) {
        switch reason {
        case .addressOfAnother: self = .addressOfAnother
        case .notProxied: self = .notProxied
        case .endpointsWithoutNode: self = .endpointsWithoutNode
        case .notLoadBalancer: self = .notLoadBalancer
        case .foreignLoadBalancerClass: self = .foreignLoadBalancerClass
        case .hostnameOnly: self = .hostnameOnly
        case .invalidAddress, .invalidAddresses: self = .invalidAddress
        case .addressesBeyondBound, .tooManyServiceRoutes: self = .tooManyRoutesOfService
        case .tooManyNamespaceRoutes: self = .tooManyRoutesOfNamespace
        case .flapping: self = .flapping
        case .noUsableEndpoints: self = .noUsableEndpoints
        case .noLocalEndpoints: self = .noLocalEndpoints
        case .nodeExcluded: self = .nodeExcluded
        case .networkUnavailable: self = .networkUnavailable
        case .nodeDrained: self = .nodeDrained
        case .dataPathNotReady: self = .dataPathNotReady
        case .noPodCIDR: self = .noPodCIDR
        case .invalidPodCIDR: self = .invalidPodCIDR
        case .noInterfaceAddress: self = .noInterfaceAddress
        case .noPool: self = .noPool
        case .sessionNotEstablished: self = .sessionNotEstablished
        case .authSecretMissing: self = .authSecretMissing
        case .authSecretKeyMissing: self = .authSecretKeyMissing
        case .authSecretUnusable: self = .authSecretUnusable
        case .missingPeerConfig: self = .missingPeerConfig
        case .routerIDMissing, .noRouterID: self = .noRouterID
        case .localASNMissing: self = .localASNMissing
        case .peerAddressMissing: self = .peerAddressMissing
        case .familyNotNegotiated: self = .familyNotNegotiated
        case .heldBackByLimit: self = .heldBackByLimit
        case .noClusterConfig, .noClusterConfigs: self = .noClusterConfig
        case .noPeers: self = .noPeers
        case .conflictingClusterConfig: self = .conflictingClusterConfig
        case .foreignNodeConfig: self = .foreignNodeConfig

        // It is announced, or something else is told about it.
        case .selected, .usableEndpoints, .localEndpoints, .servedByPlugin, .lastServingEndpoints,
            .advertisedWithoutEndpoints, .nodeExclusionIgnored, .nodeDraining, .lastAnnouncer, .aggregated,
            .aggregationIgnored, .announcedForOthers, .poolHolds, .covered, .loopbackNextHop, .nodeSelected,
            .duplicateRouterID, .routerIDHeld, .unmatchedOverride, .unreadableDrain, .objectDeleted:
            return nil
        // Nothing selects it.
        case .noPeerConfig, .familyNotConfigured, .familySelectsNothing, .noMatchingAdvertisement, .noServiceEntry,
            .selectorAbsent, .selectorMismatch, .optedOut, .addressKindNotListed, .externalIPNotAllowed,
            .entryExcludesNode, .otherPodNetwork:
            return nil
        // There is no address or prefix that could be selected: a pending Service has its own condition, a list without a
        // family is meant so, a prefix that was asked about is nobody's.
        case .noAddress, .familiesWithoutAddress, .addressRequestUnmet, .poolPassesOver, .noPrefix, .nobodyHas,
            .nothingLeadsTo:
            return nil
        // In one process every peer is on the node, where a loopback address is the last resort: this is in
        // `NextHopReportTests` and `NextHopExplanationTests`, and with namespaces among the tests with routers.
        case .noNextHop:
            return nil
        // It is about to be announced: the speaker has not followed yet.
        case .notAnnouncedYet, .attributesDiffer, .olderConfiguration:
            return nil
        }
    }
}
