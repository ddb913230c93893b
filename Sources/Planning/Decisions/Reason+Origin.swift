import BGPResources
import BGPTypes
package import KubeModel

extension Reason {
    /// The object whose content the reason comes from.
    package var object: ObjectReference? {
        switch self {
        case .selected(let entry), .selectorAbsent(let entry), .selectorMismatch(let entry, _, _),
            .addressKindNotListed(let entry, _), .externalIPNotAllowed(let entry, _, _),
            .entryExcludesNode(let entry, _, _), .advertisedWithoutEndpoints(let entry, _, _),
            .aggregated(let entry, _), .noPrefix(let entry, _), .noPool(let entry, _), .optedOut(let entry, _, _),
            .otherPodNetwork(let entry, _, _, _):
            entry.object
        case .noPeerConfig(_, let node), .missingPeerConfig(_, _, let node), .sessionNotEstablished(_, let node, _, _),
            .routerIDMissing(_, let node), .localASNMissing(_, let node), .peerAddressMissing(_, let node),
            .familyNotNegotiated(_, _, let node), .notAnnouncedYet(_, let node),
            .flapping(_, let node, _),
            .nothingLeadsTo(_, let node), .attributesDiffer(_, let node, _), .noNextHop(_, _, let node),
            .loopbackNextHop(_, _, let node),
            .olderConfiguration(let node), .noRouterID(let node, _, _), .foreignNodeConfig(let node, _),
            .noPeers(let node):
            ObjectReference(kind: "BGPNodeConfig", name: node)
        case .familyNotConfigured(_, let name), .familySelectsNothing(_, let name, _),
            .noMatchingAdvertisement(_, let name, _, _), .authSecretMissing(let name, _, _),
            .heldBackByLimit(_, _, let name, _):
            ObjectReference(kind: "BGPPeerConfig", name: name)
        case .noServiceEntry(_, let names):
            names.first.map { ObjectReference(kind: "BGPAdvertisement", name: $0) }
        case .addressOfAnother(let key, _, _), .notProxied(let key, _), .addressRequestUnmet(let key, _, _),
            .servedByPlugin(let key), .endpointsWithoutNode(let key, _, _, _, _), .notLoadBalancer(let key, _),
            .foreignLoadBalancerClass(let key, _, _), .noAddress(let key, _), .familiesWithoutAddress(_, let key),
            .hostnameOnly(let key, _), .invalidAddress(let key, _, _), .invalidAddresses(let key, _, _),
            .addressesBeyondBound(let key, _, _, _), .tooManyServiceRoutes(let key, _), .usableEndpoints(let key, _, _),
            .localEndpoints(let key, _, _, _), .lastServingEndpoints(let key, _, _, _),
            .noUsableEndpoints(let key, _, _), .noLocalEndpoints(let key, _, _, _, _):
            ObjectReference(kind: "Service", namespace: key.namespace, name: key.name)
        case .announcedForOthers(_, let services):
            services.first.map { ObjectReference(kind: "Service", namespace: $0.namespace, name: $0.name) }
        case .aggregationIgnored(let entry, _): entry.object
        case .nodeExcluded(let node, _), .nodeExclusionIgnored(let node, _), .networkUnavailable(let node),
            .nodeDrained(let node), .nodeDraining(let node), .lastAnnouncer(let node, _),
            .dataPathNotReady(let node, _), .noInterfaceAddress(_, let node, _, _), .noClusterConfig(let node),
            .unreadableDrain(let node, _, _):
            ObjectReference(kind: "Node", name: node)
        case .noPodCIDR(let entry, let node, _, let answer):
            switch answer.source {
            case .node, .ciliumNode: ObjectReference(kind: answer.source.kind, name: node)
            case .calico: entry.object
            }
        case .invalidPodCIDR(let source, let name, _):
            ObjectReference(kind: source.kind, name: name)
        case .authSecretKeyMissing(_, let secret, let namespace), .authSecretUnusable(_, let secret, let namespace, _):
            ObjectReference(kind: "Secret", namespace: namespace, name: secret)
        case .nodeSelected(_, let name), .conflictingClusterConfig(_, _, let name):
            ObjectReference(kind: "BGPClusterConfig", name: name)
        case .duplicateRouterID(_, let nodes):
            nodes.first.map { ObjectReference(kind: "BGPNodeConfig", name: $0) }
        case .poolHolds(_, let pool, _), .poolPassesOver(_, let pool, _):
            ObjectReference(kind: "LoadBalancerIPPool", name: pool)
        case .tooManyNamespaceRoutes(let namespace, _):
            ObjectReference(kind: "Namespace", name: namespace)
        case .nobodyHas, .covered, .noClusterConfigs:
            nil
        case .objectDeleted(let deletion):
            deletion.object
        case .unmatchedOverride(let name, _, _), .routerIDHeld(_, let name, _, _):
            ObjectReference(kind: "BGPNodeConfigOverride", name: name)
        }
    }

    /// The field of `object` that decides.
    package var field: FieldPath? {
        switch self {
        case .selected(let entry), .selectorAbsent(let entry), .selectorMismatch(let entry, _, _),
            .noPool(let entry, _), .optedOut(let entry, _, _):
            entry.path.field("selector")
        case .addressKindNotListed(let entry, _): entry.path.field("service").field("addresses")
        case .externalIPNotAllowed(let entry, _, _): entry.path.field("service").field("externalIPs")
        case .entryExcludesNode(let entry, _, _): entry.path.field("nodeSelector")
        case .addressOfAnother(_, let address, _): address.kind.field
        case .notProxied(_, let type): type == "ExternalName" ? "spec.type" : "spec.clusterIP"
        case .addressRequestUnmet: "status.conditions"
        case .poolPassesOver(let refusal, _, _): refusal.field
        case .advertisedWithoutEndpoints(let entry, _, _): entry.path.field("service").field("whenNoEndpoints")
        case .aggregated(let entry, let prefix):
            entry.path.field("service").field("aggregationLength\(prefix.family.word)")
        case .aggregationIgnored(let entry, _): entry.path.field("service")
        case .noPrefix(let entry, _): entry.path.field("prefixes")
        case .noPeerConfig, .missingPeerConfig, .routerIDMissing, .localASNMissing, .peerAddressMissing,
            .noRouterID, .duplicateRouterID, .noPeers, .routerIDHeld:
            "spec.bgpInstances"
        case .familyNotConfigured: "spec.families"
        case .heldBackByLimit: "spec.announceLimit"
        case .familySelectsNothing(_, _, let field), .noMatchingAdvertisement(_, _, _, let field),
            .unmatchedOverride(_, let field, _):
            field
        case .noServiceEntry: "spec.advertisements"
        case .notLoadBalancer: "spec.type"
        case .foreignLoadBalancerClass: "spec.loadBalancerClass"
        case .noAddress(_, let type): type == "LoadBalancer" ? "status.loadBalancer.ingress" : "spec.type"
        case .familiesWithoutAddress, .hostnameOnly: "status.loadBalancer.ingress"
        case .invalidAddress(_, let kind, _), .invalidAddresses(_, let kind, _),
            .addressesBeyondBound(_, let kind, _, _):
            kind.field
        case .noLocalEndpoints(_, _, _, _, let policyField),
            .endpointsWithoutNode(_, _, _, _, let policyField):
            policyField
        case .nodeExcluded, .nodeExclusionIgnored:
            FieldPath("metadata.labels").field(NodeMark.excludeLabel)
        case .networkUnavailable: "status.conditions"
        case .noPodCIDR(let entry, _, _, let answer):
            answer.source == .calico ? entry.path.field("podCIDRs").field("source") : answer.source.field
        case .otherPodNetwork(let entry, _, _, _): entry.path.field("podCIDRs").field("source")
        case .invalidPodCIDR(let source, _, _): source.field
        case .unreadableDrain(_, let fault, _): fault.path
        case .authSecretMissing: "spec.authSecretRef"
        case .authSecretKeyMissing, .authSecretUnusable: "data.password"
        case .nothingLeadsTo: "spec.bgpInstances"
        case .poolHolds: "spec.blocks"
        case .nodeSelected, .conflictingClusterConfig: "spec.nodeSelector"
        case .noClusterConfig: "metadata.labels"
        case .announcedForOthers, .usableEndpoints, .localEndpoints, .servedByPlugin, .lastServingEndpoints,
            .noUsableEndpoints,
            .nodeDrained, .nodeDraining, .lastAnnouncer, .dataPathNotReady, .noInterfaceAddress,
            .sessionNotEstablished, .familyNotNegotiated, .noNextHop, .loopbackNextHop, .notAnnouncedYet,
            .olderConfiguration, .foreignNodeConfig, .nobodyHas, .covered, .noClusterConfigs, .attributesDiffer,
            .tooManyServiceRoutes, .tooManyNamespaceRoutes, .flapping, .objectDeleted:
            nil
        }
    }
}
