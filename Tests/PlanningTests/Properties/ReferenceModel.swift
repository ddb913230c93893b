import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import Fixtures
import KubeJSON
import KubeModel
import Planning

/// SEMANTICS §3 once more, as slowly and plainly as it can be read: no index, no cache, no sharing, and no code in
/// common with what it judges.
struct ReferenceModel {
    let snapshot: NodeSnapshot
    /// The objects that say whose addresses are whose, and whose pods are where.
    let world: ClusterFixture

    /// Nil where the cluster does not know the kind.
    private var ciliumNodes: [CiliumNode]? { world.ciliumNodes }
    private var blockAffinities: [BlockAffinity]? { world.blockAffinities }

    private var configuration: NodeConfiguration { snapshot.configuration }
    private var node: String { configuration.nodeName }

    /// The routes a node announces to one peer: every prefix with what it carries.
    func routes(to peerName: String, of instanceName: String) -> [IPPrefix: RouteAttributes] {
        var entries: [IPPrefix: [BGPAdvertisement.Entry]] = [:]
        for instance in configuration.nodeConfig?.spec.bgpInstances ?? [] where instance.name == instanceName {
            for peer in instance.peers where peer.name == peerName {
                for peerConfig in configuration.peerConfigs where peerConfig.metadata.name == peer.peerConfigRef?.name {
                    for family in peerConfig.spec.families {
                        guard let selector = family.advertisements else { continue }
                        let version: IPFamily = family.afi == .ipv4 ? .ipv4 : .ipv6
                        for advertisement in configuration.advertisements
                        where selector.matches(advertisement.metadata.labels ?? [:]) {
                            for entry in advertisement.spec.advertisements {
                                for prefix in prefixes(entry) where prefix.family == version {
                                    entries[prefix, default: []].append(entry)
                                }
                            }
                        }
                    }
                }
            }
        }
        return entries.mapValues(merged)
    }

    /// The prefixes one entry leads to on the node.
    private func prefixes(_ entry: BGPAdvertisement.Entry) -> [IPPrefix] {
        if let selector = entry.nodeSelector, !selector.matches(configuration.node?.metadata.labels ?? [:]) {
            return []
        }
        switch entry.advertisementType {
        case .podCIDR:
            return podNetworks(entry.podCIDRs?.source ?? .auto, of: node, configuration.node).compactMap {
                IPPrefix($0)
            }
        case .prefixes: return entry.prefixes
        case .interface:
            return configuration.interfaces.filter { $0.name == entry.interface?.name }.flatMap(\.addresses)
                .map { IPPrefix(host: $0) }
        case .loadBalancerIPPool: return []
        case .service: return snapshot.services.flatMap { prefixes(entry, $0) }
        }
    }

    private func podNetworks(_ source: BGPAdvertisement.PodCIDRSource, of node: String, _ object: Node?) -> [String] {
        let ofNode = object?.spec?.podCIDRs ?? []
        var ofCilium: [String] = []
        for object in ciliumNodes ?? [] where object.metadata.name == node {
            guard object.spec?.ipam?.pool?.isEmpty ?? true else { continue }
            ofCilium += object.spec?.ipam?.podCIDRs ?? []
            for pool in object.spec?.ipam?.pools?.allocated ?? [] { ofCilium += pool.cidrs ?? [] }
        }
        let ofCalico = (blockAffinities ?? []).filter { block in
            block.spec.node == node && block.spec.state == "confirmed"
                && block.spec.deleted != "true" && block.spec.deleted != true
        }.map(\.spec.cidr)
        switch source {
        case .node: return ofNode
        case .ciliumNode: return ofCilium
        case .calico: return ofCalico
        case .auto:
            let hasSingleAddresses = (ciliumNodes ?? []).contains {
                $0.metadata.name == node && $0.spec?.ipam?.pool?.isEmpty == false
            }
            if !ofCilium.isEmpty || hasSingleAddresses { return ofCilium }
            if !ofCalico.isEmpty { return ofCalico }
            return ciliumNodes == nil && (blockAffinities ?? []).isEmpty ? ofNode : []
        }
    }

    private func prefixes(_ entry: BGPAdvertisement.Entry, _ service: Service) -> [IPPrefix] {
        var labels = service.metadata.labels ?? [:]
        labels["io.kubernetes.service.name"] = service.metadata.name
        labels["io.kubernetes.service.namespace"] = service.metadata.namespace
        guard let selector = entry.selector, selector.matches(labels), let options = entry.service else { return [] }
        var found: [IPPrefix] = []
        for kind in options.addresses {
            for text in texts(service, kind) {
                guard let address = IPAddress(text), isEligible(service, kind, address, options) else { continue }
                if kind == .externalIP, let networks = options.externalIPs,
                    !networks.contains(where: { $0.contains(address) })
                {
                    continue
                }
                if !isProxied(service) || isAnothers(address, kind, service) { continue }
                let isLocal = policy(service, kind) == "Local"
                let length = address.family == .ipv4 ? options.aggregationLengthIPv4 : options.aggregationLengthIPv6
                if let length, !isLocal, let prefix = IPPrefix(masking: address, length: UInt8(length)) {
                    found.append(prefix)
                } else {
                    found.append(IPPrefix(host: address))
                }
            }
        }
        return found
    }

    private func texts(_ service: Service, _ kind: AddressKind) -> [String] {
        switch kind {
        case .loadBalancerIP:
            let isOurs =
                service.spec.loadBalancerClass == nil || service.spec.loadBalancerClass == "martlet.dev/bgp"
            guard service.spec.type == "LoadBalancer", isOurs else { return [] }
            return (service.status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
        case .externalIP: return service.spec.externalIPs ?? []
        case .clusterIP: return (service.spec.clusterIPs ?? []).filter { $0 != "None" }
        }
    }

    private func isProxied(_ service: Service) -> Bool {
        service.spec.type != "ExternalName" && service.spec.clusterIPs?.first != "None"
    }

    private func isAnothers(_ address: IPAddress, _ kind: AddressKind, _ service: Service) -> Bool {
        for node in world.nodes {
            if (node.status?.addresses ?? []).contains(where: { IPAddress($0.address) == address }) { return true }
        }
        let named = (ciliumNodes ?? []).map(\.metadata.name) + (blockAffinities ?? []).map(\.spec.node)
        for name in named + world.nodes.map(\.metadata.name) {
            let object = world.nodes.first { $0.metadata.name == name }
            for network in sources.flatMap({ podNetworks($0, of: name, object) }) {
                if IPPrefix(network)?.contains(address) ?? false { return true }
            }
        }
        for peer in world.clusterConfigs.flatMap(\.spec.bgpInstances).flatMap(\.peers) {
            if peer.peerAddress?.address == address { return true }
        }
        if kind == .clusterIP { return false }
        for network in world.serviceCIDRs.flatMap({ $0.spec?.cidrs ?? [] }) {
            if IPPrefix(network)?.contains(address) ?? false { return true }
        }
        let mine = claim(service, address)
        return snapshot.services.filter { $0.key != service.key }.contains { other in
            let first = snapshot.services.compactMap { one in claim(one, address).map { (one, $0) } }
                .min { $0.1.lexicographicallyPrecedes($1.1) }
            guard let first, first.0.key == other.key, let mine, let theirs = claim(other, address) else {
                return false
            }
            return !share(service, mine[0], other, theirs[0])
        }
    }

    /// Where pod networks are read.
    private var sources: [BGPAdvertisement.PodCIDRSource] {
        let entries = world.advertisements.flatMap(\.spec.advertisements)
        let found = entries.filter { $0.advertisementType == .podCIDR }.map { $0.podCIDRs?.source ?? .auto }
        return found.isEmpty ? [.auto] : found
    }

    /// How good a Service's claim is, as words that are to be compared one after the other.
    private func claim(_ service: Service, _ address: IPAddress) -> [String]? {
        func has(_ texts: [String]?) -> Bool { (texts ?? []).contains { IPAddress($0) == address } }
        let isTold = service.status?.conditions?.contains { $0.type == "martlet.dev/IPAMRequestSatisfied" } ?? false
        var rank: String?
        if isProxied(service), has(service.spec.externalIPs) { rank = "4" }
        if service.spec.type == "LoadBalancer", has(service.status?.loadBalancer?.ingress?.compactMap(\.ip)) {
            rank = isTold ? "2" : "3"
        }
        if has(service.spec.clusterIPs) { rank = "1" }
        let time = service.metadata.creationTimestamp.map { "\($0)" } ?? "never"
        return rank.map { [$0, time, service.metadata.namespace ?? "", service.metadata.name] }
    }

    private func share(_ one: Service, _ mine: String, _ other: Service, _ theirs: String) -> Bool {
        if mine == theirs, mine == "2" || mine == "3" { return true }
        let areNeighbours = one.metadata.namespace == other.metadata.namespace
        if mine == "4", theirs == "4", areNeighbours { return true }
        if mine == "1" || theirs == "1" { return false }
        let key = one.metadata.annotations?["martlet.dev/sharing-key"]
        guard let key, key == other.metadata.annotations?["martlet.dev/sharing-key"] else { return false }
        let across = "martlet.dev/sharing-cross-namespace"
        return areNeighbours || one.metadata.annotations?[across] == "*" && other.metadata.annotations?[across] == "*"
    }

    private func policy(_ service: Service, _ kind: AddressKind) -> String {
        (kind == .clusterIP ? service.spec.internalTrafficPolicy : service.spec.externalTrafficPolicy) ?? "Cluster"
    }

    private func isEligible(
        _ service: Service,
        _ kind: AddressKind,
        _ address: IPAddress,
        _ options: BGPAdvertisement.ServiceOptions
    ) -> Bool {
        let label = configuration.node?.metadata.labels?["node.kubernetes.io/exclude-from-external-load-balancers"]
        let honors = configuration.nodeConfig?.spec.nodeExclusion != .ignore
        if kind != .clusterIP, honors, let label, label != "false" { return false }
        let conditions = configuration.node?.status?.conditions ?? []
        if conditions.contains(where: { $0.type == "NetworkUnavailable" && $0.status == .true }) { return false }
        if !configuration.gates.dataPath.isOpen { return false }
        switch configuration.gates.drain {
        case .none: break
        default: return false
        }
        let type = address.family == .ipv4 ? "IPv4" : "IPv6"
        let endpoints = snapshot.endpointSlices.filter { slice in
            slice.metadata.namespace == service.metadata.namespace && slice.addressType == type
                && slice.metadata.labels?["kubernetes.io/service-name"] == service.metadata.name
        }.flatMap { $0.endpoints ?? [] }
        let ready = endpoints.filter { $0.conditions?.ready ?? true }
        let leaving = endpoints.filter { endpoint in
            !(endpoint.conditions?.ready ?? true) && endpoint.conditions?.serving ?? false
                && endpoint.conditions?.terminating ?? false
        }
        let all = snapshot.endpointSlices.filter { slice in
            slice.metadata.namespace == service.metadata.namespace
                && slice.metadata.labels?["kubernetes.io/service-name"] == service.metadata.name
        }.flatMap { $0.endpoints ?? [] }
        let isProxy = { (endpoint: EndpointSlice.Endpoint) in
            endpoint.addresses == ["192.192.192.192"] && endpoint.nodeName == nil && endpoint.conditions?.ready ?? true
        }
        if !all.isEmpty, all.allSatisfy(isProxy) { return true }
        if policy(service, kind) == "Local" {
            if ready.contains(where: { $0.nodeName == node }) { return true }
            return ready.isEmpty && leaving.contains { $0.nodeName == node }
        }
        return !ready.isEmpty || !leaving.isEmpty || options.whenNoEndpoints == .advertise
    }

    private func merged(_ entries: [BGPAdvertisement.Entry]) -> RouteAttributes {
        let all = entries.compactMap(\.attributes)
        let origins = all.compactMap(\.origin)
        let origin: Origin =
            origins.contains(.igp) || origins.isEmpty ? .igp : origins.contains(.egp) ? .egp : .incomplete
        return RouteAttributes(
            origin: origin,
            localPreference: all.compactMap(\.localPreference).max().map(UInt32.init),
            med: all.compactMap(\.med).min().map(UInt32.init),
            asPathPrepend: all.compactMap(\.asPathPrepend).max() ?? 0,
            communities: all.flatMap { attributes -> [Community] in
                (attributes.communities?.standard ?? [])
                    + (attributes.communities?.wellKnown ?? []).map(\.community)
            },
            largeCommunities: all.flatMap { $0.communities?.large ?? [] }
        )
    }
}
