import KubeModel

extension Reason {
    /// The stable CamelCase word that conditions, events, metric labels and `explain` show.
    package var code: String {
        switch self {
        case .selected: "Selected"
        case .noPeerConfig: "NoPeerConfig"
        case .missingPeerConfig: "MissingPeerConfig"
        case .familyNotConfigured: "FamilyNotConfigured"
        case .familySelectsNothing: "FamilySelectsNothing"
        case .noMatchingAdvertisement: "NoMatchingAdvertisement"
        case .noServiceEntry: "NoServiceEntry"
        case .selectorAbsent: "SelectsNothing"
        case .selectorMismatch: "SelectorMismatch"
        case .addressKindNotListed: "AddressKindNotListed"
        case .externalIPNotAllowed: "ExternalIPNotAllowed"
        case .entryExcludesNode: "EntryExcludesNode"
        case .addressOfAnother: "AddressOfAnother"
        case .notProxied: "NotProxied"
        case .notLoadBalancer: "NotLoadBalancer"
        case .foreignLoadBalancerClass: "ForeignLoadBalancerClass"
        case .noAddress: "NoAddress"
        case .familiesWithoutAddress: "FamilyWithoutAddress"
        case .optedOut: "OptedOut"
        case .addressRequestUnmet(_, let reason, _): reason
        case .poolPassesOver(let refusal, _, _): refusal.code
        case .hostnameOnly: "HostnameOnly"
        case .invalidAddress, .invalidAddresses: "InvalidAddress"
        case .announcedForOthers: "AnnouncedForOthers"
        case .addressesBeyondBound, .tooManyServiceRoutes, .tooManyNamespaceRoutes: "TooManyRoutes"
        case .flapping: "Flapping"
        case .usableEndpoints: "UsableEndpoints"
        case .localEndpoints: "LocalEndpoints"
        case .servedByPlugin: "ServedByPlugin"
        case .lastServingEndpoints: "LastServingEndpoints"
        case .advertisedWithoutEndpoints: "AdvertisedWithoutEndpoints"
        case .noUsableEndpoints: "NoUsableEndpoints"
        case .noLocalEndpoints: "NoLocalEndpoints"
        case .endpointsWithoutNode: "EndpointsWithoutNode"
        case .nodeExcluded: "NodeExcluded"
        case .nodeExclusionIgnored: "NodeExclusionIgnored"
        case .networkUnavailable: "NetworkUnavailable"
        case .nodeDrained: "NodeDrained"
        case .nodeDraining: "NodeDraining"
        case .lastAnnouncer: "LastAnnouncer"
        case .dataPathNotReady: "DataPathNotReady"
        case .aggregated: "Aggregated"
        case .aggregationIgnored: "AggregationIgnored"
        case .noPodCIDR: "NoPodCIDR"
        case .otherPodNetwork: "OtherPodCIDR"
        case .invalidPodCIDR: "InvalidPodCIDR"
        case .noInterfaceAddress: "NoInterfaceAddress"
        case .noPrefix: "NoPrefix"
        case .noPool: "NoPool"
        case .nobodyHas: "NoSource"
        case .nothingLeadsTo: "NoMatchingAdvertisement"
        case .poolHolds: "PoolHolds"
        case .covered: "Covered"
        case .sessionNotEstablished: "SessionNotEstablished"
        case .authSecretMissing: "AuthSecretMissing"
        case .authSecretKeyMissing: "AuthSecretMissing"
        case .authSecretUnusable: "AuthSecretUnusable"
        case .routerIDMissing: "RouterIDMissing"
        case .localASNMissing: "LocalASNMissing"
        case .peerAddressMissing: "PeerAddressMissing"
        case .familyNotNegotiated: "FamilyNotNegotiated"
        case .noNextHop: "NoNextHop"
        case .loopbackNextHop: "LoopbackNextHop"
        case .heldBackByLimit: "HeldBackByLimit"
        case .notAnnouncedYet: "NotAnnouncedYet"
        case .attributesDiffer: "AttributesDiffer"
        case .olderConfiguration: "OlderConfiguration"
        case .nodeSelected: "NodeSelected"
        case .noClusterConfig, .noClusterConfigs: "NoClusterConfig"
        case .unreadableDrain: "InvalidAnnotation"
        case .noPeers: "NoPeers"
        case .conflictingClusterConfig: "ConflictingClusterConfig"
        case .noRouterID: "NoRouterID"
        case .duplicateRouterID: "DuplicateRouterID"
        case .routerIDHeld: "RouterIDConflict"
        case .unmatchedOverride: "UnmatchedEntries"
        case .foreignNodeConfig: "ForeignNodeConfig"
        case .objectDeleted: PendingDeletion.reason
        }
    }

    /// What the reason does to the verdict.
    package var effect: Effect {
        switch self {
        case .selected, .usableEndpoints, .localEndpoints, .servedByPlugin, .lastServingEndpoints,
            .advertisedWithoutEndpoints, .nodeSelected:
            .supports
        case .nodeExclusionIgnored, .nodeDraining, .lastAnnouncer, .aggregated, .aggregationIgnored,
            .announcedForOthers, .poolPassesOver(.none, _, _), .poolHolds, .covered, .duplicateRouterID, .optedOut,
            .loopbackNextHop, .routerIDHeld, .objectDeleted:
            .informs
        case .noPeerConfig, .missingPeerConfig, .familyNotConfigured, .familySelectsNothing,
            .noMatchingAdvertisement, .noServiceEntry, .selectorAbsent, .selectorMismatch, .addressKindNotListed,
            .externalIPNotAllowed, .entryExcludesNode, .addressOfAnother, .notProxied, .addressRequestUnmet,
            .poolPassesOver, .endpointsWithoutNode, .notLoadBalancer, .foreignLoadBalancerClass, .noAddress,
            .hostnameOnly,
            .invalidAddress, .invalidAddresses, .addressesBeyondBound, .tooManyServiceRoutes, .tooManyNamespaceRoutes,
            .flapping, .noUsableEndpoints, .noLocalEndpoints, .nodeExcluded, .networkUnavailable,
            .nodeDrained, .dataPathNotReady, .noPodCIDR, .otherPodNetwork, .invalidPodCIDR, .noInterfaceAddress,
            .noPrefix, .noPool,
            .nobodyHas, .nothingLeadsTo, .attributesDiffer, .sessionNotEstablished, .authSecretMissing,
            .authSecretKeyMissing, .authSecretUnusable, .routerIDMissing, .localASNMissing, .peerAddressMissing,
            .familyNotNegotiated, .noNextHop, .heldBackByLimit, .notAnnouncedYet, .olderConfiguration,
            .familiesWithoutAddress, .noClusterConfigs, .unreadableDrain, .unmatchedOverride,
            .noClusterConfig, .noPeers, .conflictingClusterConfig, .noRouterID, .foreignNodeConfig:
            .prevents
        }
    }
}
