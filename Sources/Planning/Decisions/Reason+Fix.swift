import BGPResources
import BGPTypes
import KubeModel
import PlainText

extension Reason {
    /// What would change the verdict, as one sentence without a full stop, fit to be stored; nil where there is nothing to
    /// change.
    package var fix: String? { remedy?.asMessage }

    private var remedy: String? {
        switch self {
        case .selected, .usableEndpoints, .localEndpoints, .servedByPlugin, .lastServingEndpoints,
            .advertisedWithoutEndpoints, .addressRequestUnmet, .nodeExclusionIgnored, .aggregated,
            .announcedForOthers, .nodeSelected, .notAnnouncedYet, .optedOut:
            nil
        case .noPeerConfig(let peer, _):
            "set peerConfigRef of \(peer) in the BGPClusterConfig"
        case .missingPeerConfig(let name, _, _):
            "create BGPPeerConfig/\(name), or correct the peerConfigRef"
        case .familyNotConfigured(let family, _):
            "add the family \(family.routeFamily) to spec.families"
        case .familySelectsNothing:
            "write an advertisements selector; {} selects every BGPAdvertisement"
        case .noMatchingAdvertisement(_, _, let selector, _):
            "give a BGPAdvertisement the labels \(selector), or change the selector"
        case .noServiceEntry:
            "add an entry of advertisementType Service"
        case .selectorAbsent:
            "write a selector; {} selects everything"
        case .selectorMismatch(_, let selector, let service):
            "label Service/\(service) so that it matches \(selector), or change the selector"
        case .addressKindNotListed(_, let kind):
            "add \(kind.rawValue) to service.addresses"
        case .externalIPNotAllowed(let entry, let address, _):
            "add a network that holds \(address) to service.externalIPs of \(entry.object), or remove the address"
        case .addressOfAnother(let service, let address, let owner):
            owner.remedy(for: address.kind, of: service)
        case .notProxied:
            "remove the addresses from spec.externalIPs and status.loadBalancer, or make it a Service with a cluster IP"
        case .poolPassesOver(let refusal, _, let service):
            refusal.remedy(for: service)
        case .entryExcludesNode(_, let selector, let node):
            "label \(node) so that it matches \(selector), or change the nodeSelector"
        case .notLoadBalancer:
            "make the Service of type LoadBalancer, or remove the address from its status"
        case .foreignLoadBalancerClass(_, _, let ours):
            "\(ours.advice) (it cannot be changed in place)"
        case .noAddress(_, let type):
            type == "LoadBalancer" ? "let a LoadBalancerIPPool match the Service, or another allocator serve it" : nil
        case .familiesWithoutAddress(let families, _):
            "let a LoadBalancerIPPool that selects the Service have free \(families.map(\.word).asSentence()) addresses"
        case .hostnameOnly, .invalidAddress, .invalidAddresses:
            "put an IP address there"
        case .addressesBeyondBound, .tooManyServiceRoutes:
            "spread the addresses over several Services, or raise --max-routes-per-service of the speakers"
        case .tooManyNamespaceRoutes:
            "spread the Services over several namespaces, or raise --max-routes-per-namespace of the speakers"
        case .flapping:
            "find out why its endpoints come and go"
        case .noUsableEndpoints:
            "make an endpoint ready, or set service.whenNoEndpoints to Advertise"
        case .noLocalEndpoints(_, _, _, let node, let policyField):
            "run a ready endpoint on \(node), or set \(policyField) to Cluster"
        case .endpointsWithoutNode(_, _, _, _, let policyField):
            "set \(policyField) to Cluster, or give the endpoints in the EndpointSlice the nodeName they run on"
        case .nodeExcluded(let node, _):
            "remove the label from \(node), or set nodeExclusion to Ignore in the BGPClusterConfig"
        case .networkUnavailable:
            "wait for the network plugin to clear the condition"
        case .nodeDrained(let node), .nodeDraining(let node):
            "kubectl bgp undrain \(node)"
        case .lastAnnouncer(let node, _):
            "let another node announce it, or kubectl bgp drain \(node) --force"
        case .dataPathNotReady:
            "find out why it does not answer, or start the speakers with another --datapath-probe"
        case .aggregationIgnored(_, let policyField):
            "set \(policyField) to Cluster to announce the aggregate"
        case .noPodCIDR(_, _, _, let answer):
            answer.remedy
        case .otherPodNetwork:
            "set podCIDRs.source to Node if pods do have addresses of it"
        case .invalidPodCIDR(let source, let name, _):
            "let whoever writes \(source.kind)/\(name) correct it"
        case .noInterfaceAddress(_, let node, let interface, _):
            "set up device \(interface) on \(node)"
        case .noPrefix, .noPool:
            "add one, or drop the family from the peers that select this entry"
        default:
            sessionFix
        }
    }

    private var sessionFix: String? {
        switch self {
        case .authSecretMissing(_, let secret, let namespace):
            "create Secret/\(namespace)/\(secret) with the key \"password\""
        case .authSecretKeyMissing(_, let secret, let namespace):
            "give Secret/\(namespace)/\(secret) a key \"password\" of 1 to 80 octets"
        case .authSecretUnusable(_, let secret, let namespace, _):
            "set a password of 1 to 80 octets in Secret/\(namespace)/\(secret) and on the router"
        case .routerIDMissing, .noRouterID:
            "set routerID in a BGPNodeConfigOverride, or start the operator with a larger --router-id-pool"
        case .localASNMissing:
            "set localASN in the BGPClusterConfig or in a BGPNodeConfigOverride"
        case .peerAddressMissing:
            "set peerAddress, or give the node a default route when autoDiscovery is used"
        case .familyNotNegotiated(let family, _, _):
            "activate \(family.routeFamily) for this neighbour on the router"
        case .noNextHop(let family, let peer, let node):
            "give \(node) an \(family.word) address of its own on the device that leads to \(peer), or drop the family "
                + "from its BGPPeerConfig"
        case .loopbackNextHop(let family, _, let node):
            "give \(node) an \(family.word) InternalIP that one of its devices has"
        case .routerIDHeld(let id, let node, _, let holder):
            "give \(holder) another router id first, or ask for another than \(id) in "
                + "BGPNodeConfigOverride/\(node)"
        case .heldBackByLimit(_, _, let peerConfig, _):
            "announce less, or raise spec.announceLimit of BGPPeerConfig/\(peerConfig)"
        case .nobodyHas:
            "let a Service have an address of it, or list it in an entry of advertisementType Prefixes"
        case .nothingLeadsTo:
            "let an entry of a BGPAdvertisement that reaches the node's peers select what has it"
        case .olderConfiguration, .attributesDiffer:
            "wait, or look at the speaker's log"
        case .noClusterConfig(let node):
            "label \(node) so that a nodeSelector matches it"
        case .noClusterConfigs:
            "create a BGPClusterConfig; config/samples has one to begin with"
        case .unreadableDrain(let node, _, _):
            "kubectl bgp drain \(node), or remove the annotation"
        case .noPeers:
            "add peers to the BGPClusterConfig"
        case .conflictingClusterConfig:
            "make the nodeSelectors disjoint; several instances belong in one BGPClusterConfig"
        case .duplicateRouterID:
            "give each node its own routerID"
        case .unmatchedOverride:
            "correct the name, or remove the entry"
        case .foreignNodeConfig(let node, _):
            "remove BGPNodeConfig/\(node) or its controller"
        case .objectDeleted(let deletion):
            "create \(deletion.object) again to keep what it asks for"
        default:
            nil
        }
    }
}
