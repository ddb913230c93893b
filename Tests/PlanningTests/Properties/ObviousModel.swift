import Addressing
import BGPEngine
import BGPResources
import BGPWire
import KubeModel
import Planning

/// SEMANTICS §3 once more, as slowly and plainly as it can be read: no index, no cache, no sharing, and no code in
/// common with what it judges.
struct ObviousModel {
    let snapshot: NodeSnapshot

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
        case .podCIDR: return (configuration.node?.spec?.podCIDRs ?? []).compactMap { IPPrefix($0) }
        case .prefixes: return entry.prefixes
        case .interface:
            return configuration.interfaces.filter { $0.name == entry.interface?.name }.flatMap(\.addresses)
                .map { IPPrefix(host: $0) }
        case .loadBalancerIPPool: return []
        case .service: return snapshot.services.flatMap { prefixes(entry, $0) }
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
        if configuration.gates.dataPath != .ready { return false }
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
        if policy(service, kind) == "Local" {
            if ready.contains(where: { $0.nodeName == node }) { return true }
            return ready.isEmpty && leaving.contains { $0.nodeName == node }
        }
        return !ready.isEmpty || !leaving.isEmpty || options.whenNoEndpoints == .advertise
    }

    private func merged(_ entries: [BGPAdvertisement.Entry]) -> RouteAttributes {
        let all = entries.compactMap(\.attributes)
        let origins = all.compactMap(\.origin)
        let origin: BGPWire.Origin =
            origins.contains(.igp) || origins.isEmpty ? .igp : origins.contains(.egp) ? .egp : .incomplete
        return RouteAttributes(
            origin: origin,
            localPreference: all.compactMap(\.localPreference).max().map(UInt32.init),
            med: all.compactMap(\.med).min().map(UInt32.init),
            asPathPrepend: all.compactMap(\.asPathPrepend).max() ?? 0,
            communities: all.flatMap { attributes -> [Community] in
                let standard = (attributes.communities?.standard ?? []).map { Community(rawValue: $0.rawValue) }
                return standard + (attributes.communities?.wellKnown ?? []).map { Community(rawValue: $0.value) }
            },
            largeCommunities: all.flatMap { $0.communities?.large ?? [] }.map {
                LargeCommunity($0.globalAdministrator, $0.localData1, $0.localData2)
            }
        )
    }
}
