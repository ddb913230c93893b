import BGPResources
import BGPTypes
import KubeModel
import Planning

extension ExplainedObjects {
    /// The addresses that belong to Services of namespaces which the user may not list, as far as speakers say so.
    ///
    /// Their condition names the first few that are withheld, in the words of the reason.
    var addressesOfStrangers: [IPAddress] {
        guard onlyNamespace != nil else { return [] }
        let told = nodeConfigs.compactMap { nodeConfig -> String? in
            let condition = nodeConfig.status?.conditions.of(.addressesWithheld)
            return condition?.status == .true ? condition?.message : nil
        }
        guard !told.isEmpty else { return [] }
        let addresses = services.flatMap { service in
            service.announcedAddresses.map { (service: service.key, address: $0) }
        }
        return addresses.filter { service, address in
            let words = Reason.address(
                .addressNotOwned(
                    service: service,
                    ServiceAddress(kind: .externalIP, address: address),
                    .service(ObjectKey(namespace: "", name: ""))
                )
            ).message
            return told.contains { $0.contains(words) }
        }.map(\.address)
    }
}

extension Service {
    /// The addresses that somebody but the API server gave it.
    fileprivate var announcedAddresses: [IPAddress] {
        ((status?.loadBalancer?.ingress ?? []).compactMap(\.ip) + (spec.externalIPs ?? [])).compactMap { IPAddress($0) }
    }
}
