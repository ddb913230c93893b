import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import PlainText

extension Reason {
    /// The reason as one sentence without a full stop, fit to be stored (`String.asMessage`).
    package var message: String { words.asMessage }

    private var words: String {
        switch self {
        case .selected(let entry):
            "selected by \(entry.object) entry \(entry.index)"
        case .noPeerConfig(let peer, _):
            "peer \(peer) has no peerConfigRef, so nothing is advertised to it"
        case .missingPeerConfig(let name, let peer, _):
            "peer \(peer) refers to BGPPeerConfig/\(name), which does not exist"
        case .familyNotConfigured(let family, let peerConfig):
            "BGPPeerConfig/\(peerConfig) has no entry for \(family.routeFamily)"
        case .familySelectsNothing(let family, let peerConfig, _):
            "BGPPeerConfig/\(peerConfig) has no advertisements selector for \(family.routeFamily), "
                + "and an absent selector selects nothing"
        case .noMatchingAdvertisement(let family, let peerConfig, let selector, _):
            "no BGPAdvertisement has the labels \(selector) that BGPPeerConfig/\(peerConfig) asks for "
                + "(\(family.routeFamily))"
        case .noServiceEntry(let family, let advertisements):
            "no entry of type Service in \(advertisements.map { "BGPAdvertisement/\($0)" }.asSentence()) "
                + "(\(family.routeFamily))"
        case .selectorAbsent(let entry):
            "\(entry.object) entry \(entry.index) has no selector, and an absent selector selects nothing"
        case .selectorMismatch(let entry, let selector, let service):
            "the selector \(selector) of \(entry.object) entry \(entry.index) does not match Service/\(service)"
        case .addressKindNotListed(let entry, let kind):
            "\(entry.object) entry \(entry.index) does not list \(kind.rawValue)"
        case .externalIPNotAllowed(let entry, let address, _):
            "\(address) lies in no network of service.externalIPs of \(entry.object) entry \(entry.index)"
        case .addressOfAnother(let service, let address, let owner):
            "\(owner.words(of: address.address, to: service)), so no node announces it for Service/\(service)"
        case .notProxied(let service, let type):
            type == "ExternalName"
                ? "Service/\(service) of type ExternalName is a name, and no proxy serves its addresses"
                : "Service/\(service) is headless (clusterIP None), and no proxy serves its addresses"
        case .addressRequestUnmet(_, _, let message):
            message
        case .poolPassesOver(let refusal, let pool, _):
            "LoadBalancerIPPool/\(pool) \(refusal.words)"
        case .entryExcludesNode(let entry, let selector, let node):
            "the nodeSelector \(selector) of \(entry.object) entry \(entry.index) does not match \(node)"
        case .notLoadBalancer(let service, let type):
            "Service/\(service) is of type \(type), so its load balancer addresses are not announced"
        case .foreignLoadBalancerClass(let service, let name?, _):
            "Service/\(service) has loadBalancerClass \(name.quoted), which belongs to another implementation: no pool gives it "
                + "an address, and its load balancer addresses are not announced"
        case .foreignLoadBalancerClass(let service, nil, _):
            "Service/\(service) has no loadBalancerClass, and such Services belong to another implementation here "
                + "(--unclassed=false): no pool gives it an address, and its load balancer addresses are not announced"
        case .noAddress(let service, let type):
            type == "LoadBalancer"
                ? "Service/\(service) has no load balancer address yet"
                : "Service/\(service) of type \(type) has no address that can be announced"
        case .familiesWithoutAddress(let families, let service):
            "Service/\(service) asks for \(families.map(\.word).asSentence()) too and has no load balancer address of "
                + "\(families.count == 1 ? "it" : "them")"
        case .optedOut(let entry, let label, let service):
            "Service/\(service) is labelled \(label), which the selector of \(entry.object) entry \(entry.index) leaves out"
        case .hostnameOnly(let service, let hostname):
            "the load balancer of Service/\(service) is known by the name \(hostname.quoted) alone, "
                + "and a name cannot be announced"
        case .invalidAddress(let service, let kind, let text):
            "\(text.quoted) in \(kind.field) of Service/\(service) is not an IP address"
        case .invalidAddresses(let service, let kind, let count):
            "\(count) more value\(count == 1 ? "" : "s") in \(kind.field) of Service/\(service) "
                + "\(count == 1 ? "is no IP address" : "are no IP addresses")"
        case .addressesBeyondBound(let service, let kind, let count, let bound):
            "held back: \(kind.field) of Service/\(service) lists \(count) more address\(count == 1 ? "" : "es") than "
                + "the \(bound) routes that one Service may bring to a peer"
        case .tooManyServiceRoutes(let service, let bound):
            "held back: Service/\(service) has more addresses than the \(bound) routes that one Service may bring to a "
                + "peer, and others are listed before this one"
        case .tooManyNamespaceRoutes(let namespace, let bound):
            "held back: Services of namespace \(namespace) that are older bring the \(bound) routes that one namespace "
                + "may bring to a peer"
        case .announcedForOthers(let address, let services):
            "\(address) is announced for \(services.map { "Service/\($0)" }.asSentence())"
        default:
            eligibilityMessage
        }
    }

    private var eligibilityMessage: String {
        switch self {
        case .usableEndpoints(_, let family, let tally):
            "endpoints that can serve \(family.word): \(tally.everywhere)"
        case .localEndpoints(_, let family, let tally, let node):
            "\(tally.local.ready) ready \(family.word) endpoint\(tally.local.ready == 1 ? "" : "s") on \(node)"
        case .servedByPlugin:
            "the network plugin's own proxy serves it on every node"
        case .lastServingEndpoints(_, let family, let tally, let node):
            "no \(family.word) endpoint is ready anywhere, but "
                + (node.map { "\(tally.local.servingTerminating) on \($0) still serve while terminating" }
                    ?? "\(tally.everywhere.servingTerminating) still serve while terminating")
        case .advertisedWithoutEndpoints(let entry, _, let family):
            "no \(family.word) endpoint can serve, and \(entry.object) entry \(entry.index) says "
                + "whenNoEndpoints: Advertise"
        case .noUsableEndpoints(_, let family, let tally):
            "no \(family.word) endpoint can serve (endpoints: \(tally.everywhere))"
        case .noLocalEndpoints(_, let family, let tally, let node, let policyField):
            "\(policyField.lastName) is Local and no \(family.word) endpoint on \(node) can serve "
                + "(there: \(tally.local); in the cluster: \(tally.everywhere))"
        case .endpointsWithoutNode(_, let family, let tally, let node, let policyField):
            "\(policyField.lastName) is Local and no \(family.word) endpoint on \(node) can serve: of "
                + "\(tally.everywhere.ready) ready one\(tally.everywhere.ready == 1 ? "" : "s") in the cluster "
                + "\(tally.withoutNode) \(tally.withoutNode == 1 ? "has" : "have") no nodeName, so that no node "
                + "counts \(tally.withoutNode == 1 ? "it" : "them") as its own"
        case .nodeExcluded(let node, let value):
            "\(node) carries the label \(NodeMark.excludeLabel)\(value.isEmpty ? "" : "=\(value)")"
        case .nodeExclusionIgnored(let node, _):
            "the label \(NodeMark.excludeLabel) of \(node) is ignored (nodeExclusion: Ignore)"
        case .networkUnavailable(let node):
            "the condition NetworkUnavailable of \(node) is True"
        case .nodeDrained(let node):
            "\(node) is drained"
        case .nodeDraining(let node):
            "\(node) is being drained: announced with GRACEFUL_SHUTDOWN and local preference 0"
        case .lastAnnouncer(let node, let prefix):
            "\(node) is drained, but no other node announces \(prefix)"
        case .dataPathNotReady(let node, let detail):
            "the data path of \(node) is not ready\(detail.isEmpty ? "" : ": \(detail)")"
        case .aggregated(let entry, let prefix):
            "announced as part of \(prefix) (\(entry.object) entry \(entry.index))"
        case .aggregationIgnored(let entry, let policyField):
            "the aggregation of \(entry.object) entry \(entry.index) is not used because "
                + "\(policyField.lastName) is Local"
        case .noPodCIDR(_, let node, let family, let answer):
            "no \(family.word) pod network of \(node) is known: \(answer.absence(of: family, on: [node]))"
        case .otherPodNetwork(let entry, let node, let prefix, let source):
            "\(entry.object) entry \(entry.index) takes the pod networks of \(node) from \(source.kind) objects, "
                + "and \(prefix) stands on Node/\(node) alone"
        case .invalidPodCIDR(let source, let name, let text):
            "\(text.quoted) in \(source.field) of \(source.kind)/\(name) is not a network"
        case .noInterfaceAddress(_, let node, let interface, let family):
            "device \(interface) of \(node) is missing, down or has no usable \(family.word) address"
        case .noPrefix(let entry, let family):
            "\(entry.object) entry \(entry.index) lists no \(family.word) prefix"
        case .noPool(let entry, let family):
            "\(entry.object) entry \(entry.index) matches no LoadBalancerIPPool with an \(family.word) block"
        default:
            sessionMessage
        }
    }

    private var sessionMessage: String {
        switch self {
        case .flapping(let prefix, let node, let until):
            "\(prefix) was withdrawn again and again on \(node), so it is announced no sooner than \(until)"
        case .nobodyHas(let prefix):
            "no Service has an address of \(prefix), and nothing announces it by itself"
        case .nothingLeadsTo(let prefix, let node):
            "nothing that \(node) is told to announce leads to \(prefix)"
        case .poolHolds(let prefix, let pool, let detail):
            "LoadBalancerIPPool/\(pool) holds \(prefix): \(detail)"
        case .covered(let prefix, let larger, let nodes):
            "\(larger) covers \(prefix), announced by \(nodes.asSentence())"
        case .attributesDiffer(let peer, let node, let detail):
            "what \(node) has sent to \(peer) is not what is decided: \(detail)"
        case .sessionNotEstablished(let peer, _, let state, let detail):
            "the session with \(peer) is \(state)" + (detail.map { ": \($0)" } ?? "")
        case .authSecretMissing(let peerConfig, let secret, let namespace):
            "BGPPeerConfig/\(peerConfig) refers to Secret/\(namespace)/\(secret), which does not exist"
        case .authSecretKeyMissing(let peerConfig, let secret, let namespace):
            "Secret/\(namespace)/\(secret) of BGPPeerConfig/\(peerConfig) has no usable key \"password\""
        case .authSecretUnusable(let peerConfig, let secret, let namespace, let fault):
            "the password in Secret/\(namespace)/\(secret) of BGPPeerConfig/\(peerConfig) \(fault.words)"
        case .routerIDMissing(let instance, let node):
            "instance \(instance) has no router id on \(node)"
        case .localASNMissing(let instance, let node):
            "instance \(instance) has no localASN on \(node)"
        case .peerAddressMissing(let peer, _):
            "peer \(peer) has no address"
        case .familyNotNegotiated(let family, let peer, _):
            "peer \(peer) did not agree to exchange \(family.routeFamily)"
        case .noNextHop(let family, let peer, _):
            "no next hop: the node has no \(family.word) address that \(peer) could be told, so "
                + "\(family.routeFamily) is withheld"
        case .loopbackNextHop(let family, let peer, _):
            "the next hop of \(family.routeFamily) is a loopback address, which \(peer) cannot pass on"
        case .routerIDHeld(let id, let node, let instance, let holder):
            "router id \(id), which BGPNodeConfigOverride/\(node) asks for instance \(instance), is held by "
                + "\(holder), which keeps it"
        case .heldBackByLimit(let family, let peer, let peerConfig, let limit):
            "held back: peer \(peer) has the \(limit) prefixes of \(family.routeFamily) that announceLimit of "
                + "BGPPeerConfig/\(peerConfig) lets out"
        case .notAnnouncedYet(let peer, _):
            "not yet sent to \(peer)"
        case .olderConfiguration(let node):
            "the speaker of \(node) still runs an older configuration"
        case .nodeSelected(let node, let clusterConfig):
            "BGPClusterConfig/\(clusterConfig) selects \(node)"
        case .noClusterConfig(let node):
            "no BGPClusterConfig selects \(node)"
        case .noClusterConfigs:
            "there is no BGPClusterConfig"
        case .unreadableDrain(_, let fault, true):
            "the node is drained with a grace period of \(DrainRequest.defaultGracePeriodSeconds) seconds: \(fault)"
        case .unreadableDrain(_, let fault, false):
            "the node stays in service: \(fault)"
        case .noPeers(let node):
            "BGPNodeConfig/\(node) has no peers"
        case .conflictingClusterConfig(let node, let winner, let loser):
            "BGPClusterConfig/\(winner) and BGPClusterConfig/\(loser) both select \(node); \(winner) keeps it"
        case .noRouterID(let node, let instance, let pool):
            "instance \(instance) on \(node) has no router id: the node has no IPv4 InternalIP, no override "
                + "gives one, and " + (pool.map { "the pool \($0) is used up" } ?? "there is no pool to take one from")
        case .duplicateRouterID(let routerID, let nodes):
            "router id \(routerID) is used by more than one node: \(nodes.asSentence())"
        case .unmatchedOverride(_, _, let detail):
            detail
        case .foreignNodeConfig(let node, let owner):
            "BGPNodeConfig/\(node) is controlled by \(owner) and left alone"
        case .objectDeleted(let deletion):
            deletion.message
        default:
            ""
        }
    }
}
