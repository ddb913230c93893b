import Planning

/// The ways in which something that is selected is not announced, one for every reason that keeps it back.
///
/// A new reason does not compile without a place in `init?`, and a new way not without a case in `Silence`.
enum Way: String, CaseIterable, Sendable {
    // What the Service and its endpoints say.
    case addressNotOwned = "AddressNotOwned"
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
    case announceLimitReached = "AnnounceLimitReached"
    // What selects the node.
    case noClusterConfig = "NoClusterConfig"
    case noPeers = "NoPeers"
    case conflictingClusterConfig = "ConflictingClusterConfig"
    case foreignNodeConfig = "ForeignNodeConfig"

    /// The way that a reason stands for; nil for one that keeps nothing back that is selected.
    init?(_ reason: Reason) {
        switch reason {
        case .address(.addressNotOwned): self = .addressNotOwned
        case .address(.notProxied): self = .notProxied
        case .endpoints(.withoutNode): self = .endpointsWithoutNode
        case .address(.notLoadBalancer): self = .notLoadBalancer
        case .address(.foreignLoadBalancerClass): self = .foreignLoadBalancerClass
        case .address(.hostnameOnly): self = .hostnameOnly
        case .address(.invalidAddress), .address(.invalidAddresses): self = .invalidAddress
        case .limit(.addressesBeyondBound), .limit(.tooManyServiceRoutes): self = .tooManyRoutesOfService
        case .limit(.tooManyNamespaceRoutes): self = .tooManyRoutesOfNamespace
        case .limit(.flapping): self = .flapping
        case .endpoints(.noneUsable): self = .noUsableEndpoints
        case .endpoints(.noneLocal): self = .noLocalEndpoints
        case .node(.excluded): self = .nodeExcluded
        case .node(.networkUnavailable): self = .networkUnavailable
        case .node(.drained): self = .nodeDrained
        case .node(.dataPathNotReady): self = .dataPathNotReady
        case .prefix(.noPodCIDR): self = .noPodCIDR
        case .prefix(.invalidPodCIDR): self = .invalidPodCIDR
        case .prefix(.noInterfaceAddress): self = .noInterfaceAddress
        case .prefix(.noPool): self = .noPool
        case .session(.notEstablished): self = .sessionNotEstablished
        case .session(.authSecretMissing): self = .authSecretMissing
        case .session(.authSecretKeyMissing): self = .authSecretKeyMissing
        case .session(.authSecretUnusable): self = .authSecretUnusable
        case .selection(.missingPeerConfig): self = .missingPeerConfig
        case .session(.routerIDMissing), .configuration(.noRouterID): self = .noRouterID
        case .session(.localASNMissing): self = .localASNMissing
        case .session(.peerAddressMissing): self = .peerAddressMissing
        case .session(.familyNotNegotiated): self = .familyNotNegotiated
        case .limit(.announceLimitReached): self = .announceLimitReached
        case .configuration(.noClusterConfig), .configuration(.noClusterConfigs): self = .noClusterConfig
        case .configuration(.noPeers): self = .noPeers
        case .configuration(.conflictingClusterConfig): self = .conflictingClusterConfig
        case .configuration(.foreignNodeConfig): self = .foreignNodeConfig

        // It is announced, or something else is told about it.
        case .selection(.selected), .endpoints(.usable), .endpoints(.local), .endpoints(.servedByPlugin),
            .endpoints(.lastServing),
            .endpoints(.waived), .node(.exclusionIgnored), .node(.draining), .node(.lastAnnouncer),
            .prefix(.aggregated),
            .prefix(.aggregationIgnored), .address(.announcedForOthers), .pool(.holds), .prefix(.covered),
            .session(.loopbackNextHop), .configuration(.nodeSelected),
            .configuration(.duplicateRouterID), .configuration(.routerIDConflict), .configuration(.unmatchedOverride),
            .node(.invalidDrain), .configuration(.objectDeleted):
            return nil
        // Nothing selects it.
        case .selection(.noPeerConfig), .selection(.familyNotConfigured), .selection(.familySelectsNothing),
            .selection(.noMatchingAdvertisement), .selection(.noServiceEntry),
            .selection(.selectorAbsent), .selection(.selectorMismatch), .selection(.optedOut),
            .selection(.addressKindNotListed), .selection(.externalIPNotAllowed),
            .selection(.entryExcludesNode), .prefix(.otherPodCIDR):
            return nil
        // There is no address or prefix that could be selected: a pending Service has its own condition, a list without a
        // family is meant so, a prefix that was asked about is nobody's.
        case .address(.noAddress), .address(.familiesWithoutAddress), .address(.addressRequestUnmet),
            .pool(.passesOver), .prefix(.noPrefix), .prefix(.noSource),
            .prefix(.noMatchingAdvertisement):
            return nil
        // In one process every peer is on the node, where a loopback address is the last resort: this is in
        // `NextHopReportTests` and `NextHopExplanationTests`, and with namespaces among the tests with routers.
        case .session(.noNextHop):
            return nil
        // It is about to be announced: the speaker has not followed yet.
        case .session(.announcementPending), .session(.attributesDiffer), .session(.olderConfiguration):
            return nil
        }
    }
}
