package import BGPEngine
package import BGPTypes
package import KubeModel

/// Why something is, or is not, announced: the public vocabulary of conditions, events, metrics, logs and `explain`.
///
/// Every case has a stable word (`code`), a sentence, the object and field it comes from, and what would change it.
package enum Reason: Hashable, Sendable {
    /// What a reason does to the verdict.
    package enum Effect: String, Hashable, Sendable, Codable {
        /// Argues for announcing.
        case supports = "Supports"
        /// Alone enough to keep the route back.
        case prevents = "Prevents"
        /// Explains something else about the route.
        case informs = "Informs"
    }

    // What selects.

    /// An entry selects the address for the peer.
    case selected(EntryReference)
    /// The peer names no PeerConfig, so nothing is advertised to it.
    case noPeerConfig(PeerID, node: String)
    /// The peer's PeerConfig does not exist.
    case missingPeerConfig(String, PeerID, node: String)
    /// The PeerConfig has no entry for the address's family.
    case familyNotConfigured(IPFamily, peerConfig: String)
    /// The family entry has no `advertisements` selector, and an absent one selects nothing.
    case familySelectsNothing(IPFamily, peerConfig: String, field: FieldPath)
    /// The family's `advertisements` selector matches no BGPAdvertisement.
    case noMatchingAdvertisement(IPFamily, peerConfig: String, selector: LabelSelector, field: FieldPath)
    /// The advertisements selected for the family have no entry of type Service.
    case noServiceEntry(IPFamily, advertisements: [String])
    /// The entry has no `selector`, and an absent one selects nothing.
    case selectorAbsent(EntryReference)
    /// The entry's `selector` does not match the Service.
    case selectorMismatch(EntryReference, LabelSelector, service: ObjectKey)
    /// The entry does not list this kind of address.
    case addressKindNotListed(EntryReference, AddressKind)
    /// The entry lists the networks that external addresses may lie in, and the address lies in none of them.
    case externalIPNotAllowed(EntryReference, IPAddress, service: ObjectKey)
    /// The entry's `nodeSelector` does not match the node.
    case entryExcludesNode(EntryReference, LabelSelector, node: String)

    // Whose the address is.

    /// The address belongs to something else, so no node announces it for the Service.
    case addressOfAnother(service: ObjectKey, ServiceAddress, AddressOwner)
    /// No proxy serves the Service, so traffic for its addresses would be dropped.
    case notProxied(service: ObjectKey, type: String)

    // What the Service says.

    /// The address stands in the status of a Service that is no load balancer (any more).
    case notLoadBalancer(service: ObjectKey, type: String)
    /// Another implementation owns the load balancer: its class, nil for none, is not among those that are ours.
    case foreignLoadBalancerClass(service: ObjectKey, String?, ours: LoadBalancerClasses)
    /// The Service has no address of any kind yet.
    case noAddress(service: ObjectKey, type: String)
    /// The Service has load balancer addresses, but not of every family it asks for.
    case familiesWithoutAddress([IPFamily], service: ObjectKey)
    /// The Service carries a label that an entry leaves out by name, so that it is not announced because it says so itself.
    case optedOut(EntryReference, label: String, service: ObjectKey)
    /// The operator says that it has not given all that the Service asks for; word and text are those of its condition.
    case addressRequestUnmet(service: ObjectKey, reason: String, message: String)
    /// A pool does not give the Service an address.
    case poolPassesOver(PoolRefusal, pool: String, service: ObjectKey)
    /// The load balancer is known by name alone, and a name cannot be announced.
    case hostnameOnly(service: ObjectKey, String)
    /// Text that is no address.
    case invalidAddress(service: ObjectKey, AddressKind, String)
    /// More values that are no addresses than are told one by one.
    case invalidAddresses(service: ObjectKey, AddressKind, Int)
    /// The same address is announced for other Services.
    case announcedForOthers(address: IPAddress, services: [ObjectKey])

    // What the bounds of one tenant say.

    /// The Service lists more addresses of a kind than it may bring routes; the last ones are not looked at.
    case addressesBeyondBound(service: ObjectKey, AddressKind, count: Int, bound: Int)
    /// Other addresses of the Service take all the routes that one Service may bring to a peer.
    case tooManyServiceRoutes(service: ObjectKey, bound: Int)
    /// Older Services of the namespace take all the routes that one namespace may bring to a peer.
    case tooManyNamespaceRoutes(namespace: String, bound: Int)
    /// The prefix is withdrawn and announced again and again, and waits before it is announced once more.
    case flapping(IPPrefix, node: String, until: Timestamp)

    // What the endpoints say.

    /// Policy Cluster, and endpoints can serve somewhere.
    case usableEndpoints(service: ObjectKey, IPFamily, EndpointTally)
    /// Policy Local, and endpoints on this node are ready.
    case localEndpoints(service: ObjectKey, IPFamily, EndpointTally, node: String)
    /// All endpoints are the network plugin's own proxy, which serves on every node.
    case servedByPlugin(service: ObjectKey)
    /// Nothing is ready anywhere, but endpoints still serve while they terminate.
    case lastServingEndpoints(service: ObjectKey, IPFamily, EndpointTally, node: String?)
    /// Policy Cluster, no endpoint can serve, and the entry says to advertise all the same.
    case advertisedWithoutEndpoints(EntryReference, service: ObjectKey, IPFamily)
    /// Policy Cluster, and no endpoint can serve.
    case noUsableEndpoints(service: ObjectKey, IPFamily, EndpointTally)
    /// Policy Local, and no endpoint on this node can serve.
    case noLocalEndpoints(service: ObjectKey, IPFamily, EndpointTally, node: String, policyField: FieldPath)
    /// Policy Local, no endpoint on this node can serve, and ready ones name no node.
    case endpointsWithoutNode(service: ObjectKey, IPFamily, EndpointTally, node: String, policyField: FieldPath)

    // What the node says.

    /// The node carries `node.kubernetes.io/exclude-from-external-load-balancers`.
    case nodeExcluded(node: String, value: String)
    /// The same label, switched off by `nodeExclusion: Ignore`.
    case nodeExclusionIgnored(node: String, value: String)
    /// The node's condition NetworkUnavailable is True.
    case networkUnavailable(node: String)
    /// The node is drained.
    case nodeDrained(node: String)
    /// The node is being drained: announced with GRACEFUL_SHUTDOWN and the lowest preference.
    case nodeDraining(node: String)
    /// The node is drained, but nobody else announces the prefix.
    case lastAnnouncer(node: String, IPPrefix)
    /// The node's data path has not answered yet.
    case dataPathNotReady(node: String, detail: String)

    // What the entry says about the prefix.

    /// The address is announced as part of a larger prefix.
    case aggregated(EntryReference, IPPrefix)
    /// The entry's aggregation is not used because the governing policy is Local.
    case aggregationIgnored(EntryReference, policyField: FieldPath)

    // What has nothing to announce.

    /// The node has no pod network in the family, as far as the source says that was asked.
    case noPodCIDR(EntryReference, node: String, IPFamily, PodNetworkAnswer)
    /// The Node has the network, and the entry takes those of the node's pods from elsewhere.
    case otherPodNetwork(EntryReference, node: String, IPPrefix, PodNetworkSource)
    /// A pod network that is no prefix.
    case invalidPodCIDR(PodNetworkSource, object: String, String)
    /// The device does not exist on the node or has no usable address in the family.
    case noInterfaceAddress(EntryReference, node: String, interface: String, IPFamily)
    /// The entry lists no prefix of the family.
    case noPrefix(EntryReference, IPFamily)
    /// The entry's selector matches no pool with a block of the family.
    case noPool(EntryReference, IPFamily)

    // What there is about a prefix; added by whoever explains one.

    /// No Service has an address of the prefix, and no entry announces the prefix itself.
    case nobodyHas(IPPrefix)
    /// Nothing in the node's configuration leads to the prefix, whatever Services there are.
    case nothingLeadsTo(IPPrefix, node: String)
    /// A pool holds the prefix; the text says what became of it there.
    case poolHolds(IPPrefix, pool: String, detail: String)
    /// Traffic to the prefix follows a larger one that these nodes announce.
    case covered(IPPrefix, by: IPPrefix, nodes: [String])

    // What the session says; added by whoever knows the wire.

    /// The session is not established.
    case sessionNotEstablished(PeerID, node: String, state: String, detail: String?)
    /// The PeerConfig's password Secret does not exist.
    case authSecretMissing(peerConfig: String, secret: String, namespace: String)
    /// The Secret has no key `password`.
    case authSecretKeyMissing(peerConfig: String, secret: String, namespace: String)
    /// The Secret has a key `password`, but what it holds cannot be used.
    case authSecretUnusable(peerConfig: String, secret: String, namespace: String, PasswordFault)
    /// The instance cannot run without a router id.
    case routerIDMissing(instance: String, node: String)
    /// The instance has no AS number.
    case localASNMissing(instance: String, node: String)
    /// The peer has no address yet.
    case peerAddressMissing(PeerID, node: String)
    /// The peer did not agree to exchange the family.
    case familyNotNegotiated(IPFamily, PeerID, node: String)
    /// The node has no address of the family that the peer could be named as the next hop.
    case noNextHop(IPFamily, PeerID, node: String)
    /// The peer is on the node itself, and the next hop is a loopback address, which it cannot pass on.
    case loopbackNextHop(IPFamily, PeerID, node: String)
    /// The route is decided, but the peer is told no more prefixes than `announceLimit`.
    case heldBackByLimit(IPFamily, PeerID, peerConfig: String, limit: Int)
    /// The route is decided, but not on the wire yet.
    case notAnnouncedYet(PeerID, node: String)
    /// The route on the wire has other attributes than decided.
    case attributesDiffer(PeerID, node: String, detail: String)
    /// The speaker runs an older configuration than the one explained.
    case olderConfiguration(node: String)

    // What selects the node.

    /// A ClusterConfig selects the node and gives it its BGPNodeConfig.
    case nodeSelected(node: String, clusterConfig: String)
    /// No ClusterConfig selects the node.
    case noClusterConfig(node: String)
    /// There is no ClusterConfig at all, so that none selects the node.
    case noClusterConfigs(node: String)
    /// The annotations that ask for a drain cannot be understood, so the node stays in service, or is drained with the default
    /// grace period.
    case unreadableDrain(node: String, FieldError, isDrained: Bool)
    /// The node's configuration names no peer.
    case noPeers(node: String)
    /// Two ClusterConfigs select the node; one keeps it.
    case conflictingClusterConfig(node: String, winner: String, loser: String)
    /// The router id cannot be given: no override, no IPv4 InternalIP, and the pool is empty or absent.
    case noRouterID(node: String, instance: String, pool: IPPrefix?)
    /// Two instances would use one router id in one AS.
    case duplicateRouterID(RouterID, nodes: [String])
    /// An override asks for a router id that another node holds, which keeps it.
    case routerIDHeld(RouterID, node: String, instance: String, holder: String)
    /// An override names an instance or peer that does not exist on the node, or a node that does not exist.
    case unmatchedOverride(override: String, field: FieldPath, detail: String)
    /// The node's BGPNodeConfig belongs to somebody else, and is left alone.
    case foreignNodeConfig(node: String, owner: String)
    /// Something that this follows from is deleted and still counts, since one of its name may come in its place.
    case objectDeleted(PendingDeletion)
}
