import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Planning

/// Who has an address: the pools around it and the services with it in their status.
struct AddressOwners: Sendable {
    let address: IPAddress
    /// In the order in which pools are used.
    let pools: [PoolLayout]
    /// By namespace and name; several when they share.
    let services: [Service]

    init(of address: IPAddress, pools: [LoadBalancerIPPool], services: [Service]) {
        self.address = address
        self.pools = pools.map(PoolLayout.init).filter { $0.contains(address) }.sorted(by: PoolLayout.isUsedBefore)
        self.services = services.filter { service in
            (service.status?.loadBalancer?.ingress ?? []).contains { $0.ip.flatMap { IPAddress($0) } == address }
        }.sorted { $0.key < $1.key }
    }

    /// A row for each service.
    var table: Table {
        let pool = Cell(pools.map(\.name).joined(separator: ","))
        return Table(
            columns: [
                .init("ADDRESS"), .init("POOL"), .init("NAMESPACE"), .init("SERVICE"), .init("PORTS"),
                .init("SHARING-KEY"),
            ],
            rows: services.map { service in
                [
                    Cell(address.description),
                    pool,
                    Cell(service.metadata.namespace ?? ""),
                    Cell(service.metadata.name),
                    Cell(
                        (service.spec.ports ?? []).map { "\($0.port)/\($0.protocol ?? "TCP")" }.joined(separator: ",")
                    ),
                    Cell(AddressRequest.sharingKey(of: service) ?? ""),
                ]
            }
        )
    }

    /// What is said when no service has the address.
    var absence: String {
        guard let pool = pools.first else { return "No service has \(address), and it is in no pool" }
        return "No service has \(address), which pool \(pool.name) "
            + (pool.reservation(of: address).map { "keeps back: \($0.words)" } ?? "has")
    }

    var document: JSONValue {
        let items = services.map { service -> JSONValue in
            .object([
                "namespace": .string(service.metadata.namespace ?? ""), "name": .string(service.metadata.name),
            ])
        }
        return [
            "apiVersion": .string(Document.apiVersion), "kind": "AddressOwners",
            "address": .string(address.description), "pools": .array(pools.map { .string($0.name) }),
            "services": .array(items),
        ]
    }
}
