package import BGPTypes
package import KubeJSON
package import KubeModel

extension Reason {
    /// What the endpoints of a Service say about one family.
    package enum Endpoints: Hashable, Sendable {
        /// Policy Cluster, and endpoints can serve somewhere.
        case usable(service: ObjectKey, IPFamily, EndpointTally)
        /// Policy Local, and endpoints on this node are ready.
        case local(service: ObjectKey, IPFamily, EndpointTally, node: String)
        /// All endpoints are the network plugin's own proxy, which serves on every node.
        case servedByPlugin(service: ObjectKey)
        /// Nothing is ready anywhere, but endpoints still serve while they terminate.
        case lastServing(service: ObjectKey, IPFamily, EndpointTally, node: String?)
        /// Policy Cluster, no endpoint can serve, and the entry says to advertise all the same.
        case waived(EntryReference, service: ObjectKey, IPFamily)
        /// Policy Cluster, and no endpoint can serve.
        case noneUsable(service: ObjectKey, IPFamily, EndpointTally)
        /// Policy Local, and no endpoint on this node can serve.
        case noneLocal(service: ObjectKey, IPFamily, EndpointTally, node: String, policyField: FieldPath)
        /// Policy Local, no endpoint on this node can serve, and ready ones name no node.
        case withoutNode(service: ObjectKey, IPFamily, EndpointTally, node: String, policyField: FieldPath)
    }
}

extension Reason.Endpoints: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .usable(let service, let family, let tally):
            row(
                .usableEndpoints,
                .supports,
                object: .service(service),
                field: nil,
                message: "endpoints that can serve \(family.word): \(tally.everywhere)",
                fix: nil
            )
        case .local(let service, let family, let tally, let node):
            row(
                .localEndpoints,
                .supports,
                object: .service(service),
                field: nil,
                message:
                    "\(tally.local.ready) ready \(family.word) endpoint\(tally.local.ready == 1 ? "" : "s") on \(node)",
                fix: nil
            )
        case .servedByPlugin(let service):
            row(
                .servedByPlugin,
                .supports,
                object: .service(service),
                field: nil,
                message: "the network plugin's own proxy serves it on every node",
                fix: nil
            )
        case .lastServing(let service, let family, let tally, let node):
            row(
                .lastServingEndpoints,
                .supports,
                object: .service(service),
                field: nil,
                message: "no \(family.word) endpoint is ready anywhere, but "
                    + (node.map { "\(tally.local.servingTerminating) on \($0) still serve while terminating" }
                        ?? "\(tally.everywhere.servingTerminating) still serve while terminating"),
                fix: nil
            )
        case .waived(let entry, _, let family):
            row(
                .advertisedWithoutEndpoints,
                .supports,
                object: entry.object,
                field: entry.path.field("service").field("whenNoEndpoints"),
                message: "no \(family.word) endpoint can serve, and \(entry.words) says whenNoEndpoints: Advertise",
                fix: nil
            )
        case .noneUsable(let service, let family, let tally):
            row(
                .noUsableEndpoints,
                .prevents,
                object: .service(service),
                field: nil,
                message: "no \(family.word) endpoint can serve (endpoints: \(tally.everywhere))",
                fix: "make an endpoint ready, or set service.whenNoEndpoints to Advertise"
            )
        case .noneLocal(let service, let family, let tally, let node, let policyField):
            row(
                .noLocalEndpoints,
                .prevents,
                object: .service(service),
                field: policyField,
                message: "\(policyField.lastName) is Local and no \(family.word) endpoint on \(node) can serve "
                    + "(there: \(tally.local); in the cluster: \(tally.everywhere))",
                fix: "run a ready endpoint on \(node), or set \(policyField) to Cluster"
            )
        case .withoutNode(let service, let family, let tally, let node, let policyField):
            row(
                .endpointsWithoutNode,
                .prevents,
                object: .service(service),
                field: policyField,
                message: "\(policyField.lastName) is Local and no \(family.word) endpoint on \(node) can serve: of "
                    + "\(tally.everywhere.ready) ready one\(tally.everywhere.ready == 1 ? "" : "s") in the cluster "
                    + "\(tally.withoutNode) \(tally.withoutNode == 1 ? "has" : "have") no nodeName, so that no node "
                    + "counts \(tally.withoutNode == 1 ? "it" : "them") as its own",
                fix:
                    "set \(policyField) to Cluster, or give the endpoints in the EndpointSlice the nodeName they run on"
            )
        }
    }
}

extension ReasonCode {
    package static let usableEndpoints = ReasonCode("UsableEndpoints")
    package static let localEndpoints = ReasonCode("LocalEndpoints")
    package static let servedByPlugin = ReasonCode("ServedByPlugin")
    package static let lastServingEndpoints = ReasonCode("LastServingEndpoints")
    package static let advertisedWithoutEndpoints = ReasonCode("AdvertisedWithoutEndpoints")
    package static let noUsableEndpoints = ReasonCode("NoUsableEndpoints")
    package static let noLocalEndpoints = ReasonCode("NoLocalEndpoints")
    package static let endpointsWithoutNode = ReasonCode("EndpointsWithoutNode")
}
