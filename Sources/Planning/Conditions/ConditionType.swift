import BGPResources
package import KubeModel

/// The conditions that operator and speakers write, each with its row of the public table of conditions.
package enum ConditionType: String, CaseIterable, Sendable {
    case ready = "Ready"
    case sessionsEstablished = "SessionsEstablished"
    case noMatchingNode = "NoMatchingNode"
    case missingPeerConfigs = "MissingPeerConfigs"
    case conflictingClusterConfig = "ConflictingClusterConfig"
    case routerIDConflict = "RouterIDConflict"
    case allNodesExcluded = "AllNodesExcluded"
    case nodesDrained = "NodesDrained"
    case versionSkew = "VersionSkew"
    case deletionPending = "DeletionPending"
    case dataPathReady = "DataPathReady"
    case drained = "Drained"
    case notAnnounced = "NotAnnounced"
    case addressesWithheld = "AddressesWithheld"
    case routesHeldBack = "RoutesHeldBack"
    case noNextHop = "NoNextHop"
    case missingAuthSecret = "MissingAuthSecret"
    case selectsNothing = "SelectsNothing"
    case noMatchingPeerConfig = "NoMatchingPeerConfig"
    case noPodCIDR = "NoPodCIDR"
    case unmatchedEntries = "UnmatchedEntries"
    case poolConflict = "PoolConflict"
    case addressesSpared = "AddressesSpared"
    case invalidBlocks = "InvalidBlocks"
    case addressRequestSatisfied = "martlet.dev/IPAMRequestSatisfied"

    /// The type as the reason of a condition, a finding or an event: a problem is its own reason.
    package var code: ReasonCode { ReasonCode(rawValue: rawValue) }

    private static let cluster = BGPClusterConfig.type.kind
    private static let node = BGPNodeConfig.type.kind
    private static let override = BGPNodeConfigOverride.type.kind
    private static let peer = BGPPeerConfig.type.kind
    private static let advertisement = BGPAdvertisement.type.kind
    private static let pool = LoadBalancerIPPool.type.kind
    private static let service = Service.type.kind

    /// What the condition means.
    package var row: ConditionRow {
        switch self {
        case .ready:
            ConditionRow(
                on: [Self.cluster, Self.node, Self.override, Self.peer, Self.advertisement, Self.pool],
                whenTrue:
                    "the object is accepted and, for a BGPClusterConfig, applied on every node that it selects. Sessions "
                    + "do not matter, so a dead router does not block a Git sync. The message names the nodes whose service "
                    + "routes [wait for the data path](../config/README.md#when-a-node-begins-to-announce)",
                whenFalse: "the object is invalid or cannot be applied; `Applying` while the speakers follow a change",
                reasons: [
                    .accepted, .applied, .applying, .notApplied, .invalidSpec, .ready, .noNodes,
                    ConditionType.noMatchingNode.code, ConditionType.missingPeerConfigs.code, .conflictingClusterConfig,
                    .routerIDConflict, .invalidBlocks, .poolConflict,
                ],
                carriesReasons: true,
                isEvent: true
            )
        case .sessionsEstablished:
            ConditionRow(
                on: [Self.cluster, Self.node],
                whenTrue: "every configured session is established",
                whenFalse: "a session is down, or none is configured; the message counts them",
                reasons: [.allEstablished, .notAllEstablished, .sessionsDown, .noSessions, .noPeers, .notTried]
            )
        case .noMatchingNode:
            ConditionRow(
                on: [Self.cluster],
                whenTrue: "no node matches `nodeSelector`",
                whenFalse: "some do; the message counts them",
                reasons: [code, .nodesMatched, .noNodes],
                isEvent: true
            )
        case .missingPeerConfigs:
            ConditionRow(
                on: [Self.cluster],
                whenTrue: "a `peerConfigRef` names a BGPPeerConfig that does not exist; those peers stay down",
                whenFalse: "every `peerConfigRef` exists",
                reasons: [code, .peerConfigsFound],
                isEvent: true
            )
        case .conflictingClusterConfig:
            ConditionRow(
                on: [Self.cluster],
                whenTrue:
                    "another BGPClusterConfig selects some of the same nodes; the message says which one keeps which. A "
                    + "node is never served by two: its present owner keeps it, else the older object wins",
                whenFalse: "no other selects them",
                reasons: [code, .noConflict, .noNodes],
                isEvent: true
            )
        case .routerIDConflict:
            ConditionRow(
                on: [Self.cluster, Self.override],
                whenTrue:
                    "an override requests a router ID that another node of the AS holds. That node keeps it; the other "
                    + "keeps the one it has, and the override is not `Ready`. Set on both nodes' overrides and "
                    + "BGPClusterConfigs",
                whenFalse: "no override requests another node's router ID",
                reasons: [code, .noRouterIDConflict],
                isEvent: true
            )
        case .allNodesExcluded:
            ConditionRow(
                on: [Self.cluster],
                whenTrue:
                    "every selected node has the label `node.kubernetes.io/exclude-from-external-load-balancers` and "
                    + "`nodeExclusion` is `Honor`",
                whenFalse: "at least one node is not excluded",
                reasons: [code, .notAllExcluded, .noneExcluded],
                isEvent: true
            )
        case .nodesDrained:
            ConditionRow(
                on: [Self.cluster],
                whenTrue:
                    "some nodes are [drained](../config/README.md#taking-a-node-out-of-service) or being drained; the "
                    + "message shows the progress of each",
                whenFalse: "no drain is requested",
                reasons: [code, .noneDrained]
            )
        case .versionSkew:
            ConditionRow(
                on: [Self.cluster, Self.node],
                whenTrue: "operator and speakers are of "
                    + "[versions that do not work together](../config/README.md#versions-of-operator-and-speakers); the "
                    + "message says which to upgrade",
                whenFalse: "the versions work together, or the other one is not known",
                reasons: [code, .versionsMatch, .operatorUnknown],
                isEvent: true
            )
        case .deletionPending:
            ConditionRow(
                on: [Self.cluster, Self.peer, Self.advertisement, Self.override, Self.node],
                whenTrue: "something that the object depends on is deleted and stays in effect for "
                    + "[five seconds](../config/README.md#what-a-deletion-does-and-when); the message names it and the time",
                whenFalse: "nothing that it depends on is deleted",
                reasons: [.objectDeleted, .nothingDeleted]
            )
        case .dataPathReady:
            ConditionRow(
                on: [Self.node],
                whenTrue: "the node forwards service traffic; the message names "
                    + "[the program that says so](../config/README.md#when-a-node-begins-to-announce). `NotAsked` with "
                    + "`--datapath-probe none`",
                whenFalse:
                    "no service route is announced yet; the message says what the probe saw. Unknown when nothing on "
                    + "the node could say, and routes are announced without asking",
                reasons: DataPathCondition.Reason.allCases.map(\.code)
            )
        case .drained:
            ConditionRow(
                on: [Self.node],
                whenTrue: "a drain is requested on the Node and all service routes are withdrawn",
                whenFalse: "the node is in service, or still announces something",
                reasons: DrainCondition.Reason.allCases.map(\.code)
            )
        case .notAnnounced:
            ConditionRow(
                on: [Self.node],
                whenTrue: "the node does not announce something that is selected. The message lists the reasons as "
                    + "`kubectl bgp explain` shows them, each with the first Services, entries or peers. Not included are an "
                    + "address that other nodes announce, since they have the endpoints (policy Local), and what is in "
                    + "`AddressesWithheld`",
                whenFalse: "everything selected is announced",
                reasons: [.allAnnounced, .severalReasons],
                carriesReasons: true
            )
        case .addressesWithheld:
            ConditionRow(
                on: [Self.node],
                whenTrue: "no node announces some selected addresses of Services: each "
                    + "[belongs to something else](#whose-an-address-is), or no proxy serves its Service. The message names "
                    + "the first few, `kubectl bgp explain service` all, and the speaker's log each once",
                whenFalse: "no selected address is withheld on every node",
                reasons: [.addressNotOwned, .notProxied, .noneWithheld]
            )
        case .routesHeldBack:
            ConditionRow(
                on: [Self.node],
                whenTrue: "a peer's `announceLimit` is reached, or a Service or namespace brings more routes than "
                    + "[one tenant may](../config/README.md#what-one-tenant-may-bring). Routes that are announced stay "
                    + "announced, also across a restart of the speaker; new prefixes wait until others are withdrawn. "
                    + "`routeCount[].heldBack` counts them",
                whenFalse: "no limit holds back a route",
                reasons: [.withinLimits, .announceLimitReached, .tooManyRoutes]
            )
        case .noNextHop:
            ConditionRow(
                on: [Self.node],
                whenTrue:
                    "the node has no address that can be the [next hop](#next-hops) of a family for some peer, so the "
                    + "family's routes are withheld from that peer",
                whenFalse:
                    "every family has a next hop; `LoopbackNextHop` when a daemon on the node itself gets a loopback "
                    + "address, which it cannot pass on",
                reasons: [code, .loopbackNextHop, .nextHopsFound]
            )
        case .missingAuthSecret:
            ConditionRow(
                on: [Self.peer],
                whenTrue:
                    "the Secret of `authSecretRef` or its key `password` does not exist, or (`AuthSecretUnusable`) the "
                    + "password is empty, longer than 80 octets or not text; no session is opened without it",
                whenFalse: "the password can be used, or none is configured",
                reasons: [.authSecretMissing, .authSecretUnusable, .authSecretValidated, .authSecretNotConfigured],
                isEvent: true
            )
        case .selectsNothing:
            ConditionRow(
                on: [Self.peer, Self.advertisement],
                whenTrue: "a selector that selects nothing when absent is absent, or a selector matches no object",
                whenFalse: "every selector selects something",
                reasons: [code, .advertisementsSelected, .selectorsPresent]
            )
        case .noMatchingPeerConfig:
            ConditionRow(
                on: [Self.advertisement],
                whenTrue: "no BGPPeerConfig selects the object's labels, so nothing of it is advertised",
                whenFalse: "some do; the message names them",
                reasons: [code, .peerConfigsMatched]
            )
        case .noPodCIDR:
            ConditionRow(
                on: [Self.advertisement, Self.cluster],
                whenTrue:
                    "an entry of type `PodCIDR` has no [network to announce](#pod-networks) on some nodes; the message "
                    + "names them and the objects that were read",
                whenFalse: "every pod network to announce is known",
                reasons: [code, .podCIDRsFound, .noNodes]
            )
        case .unmatchedEntries:
            ConditionRow(
                on: [Self.override],
                whenTrue: "the node, or an instance or peer that the override names, does not exist",
                whenFalse: "every entry is used",
                reasons: [code, .entriesMatched, .noNodes]
            )
        case .poolConflict:
            ConditionRow(
                on: [Self.pool],
                whenTrue:
                    "a block overlaps another of the same pool, an older pool or a network of cluster IPs; the message "
                    + "and `status.conflicts` name the other side. The pool assigns no address until that is resolved; "
                    + "services keep what they have",
                whenFalse: "no block overlaps anything",
                reasons: [.overlap, .noConflict]
            )
        case .addressesSpared:
            ConditionRow(
                on: [Self.pool],
                whenTrue:
                    "nodes or their pods use addresses of the pool; the message names the first few and their owners. The "
                    + "pool assigns all others. `AssignedAddresses` when services already have some of them, and keep them",
                whenFalse: "no node uses an address of the pool",
                reasons: [.nodeAddresses, .assignedAddresses, .noOverlap]
            )
        case .invalidBlocks:
            ConditionRow(
                on: [Self.pool],
                whenTrue:
                    "a block or exclusion is invalid, such as a `stop` below `start`, a block of loopback, link-local or "
                    + "multicast addresses, or an exclusion outside of all blocks; the message names it. The other blocks are "
                    + "used",
                whenFalse: "every block is used",
                reasons: [code, .blocksValid]
            )
        case .addressRequestSatisfied:
            ConditionRow(
                on: [Self.service],
                whenTrue: "the Service has every address that it requests; the message names them and their pools",
                whenFalse: "an address could not be assigned, or an assigned one is at risk; the message says why",
                reasons: [.satisfied],
                carriesReasons: true
            )
        }
    }
}
