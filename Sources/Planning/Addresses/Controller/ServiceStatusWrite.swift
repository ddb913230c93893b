import BGPTypes
package import KubeJSON
package import KubeModel

/// A status that a Service is to have, and the very version of it that this was decided on.
package struct ServiceStatusWrite: Hashable, Sendable {
    package let service: AddressedService
    package let status: Service.Status

    package init(_ service: AddressedService, _ status: Service.Status) {
        self.service = service
        self.status = status
    }

    /// Whether the status is to be patched in and not applied.
    ///
    /// A list without a condition is what others gave, less what was ours: applied, it would be ours, and go with the next write
    /// that leaves it out.
    package var isPatch: Bool { status.conditions == nil && status.loadBalancer?.ingress?.isEmpty == false }

    /// The metadata and status to send, which the server refuses for any other version of the Service; throws `EncodingError`.
    package func body() throws -> JSONValue {
        var metadata: [String: JSONValue] = [:]
        metadata["resourceVersion"] = service.metadata.resourceVersion.map(JSONValue.string)
        guard !isPatch else { return ["metadata": .object(metadata), "status": try JSON.tree(status)] }
        metadata["name"] = .string(service.metadata.name)
        metadata["namespace"] = service.metadata.namespace.map(JSONValue.string)
        return [
            "apiVersion": .string(Service.type.apiVersion), "kind": .string(Service.type.kind),
            "metadata": .object(metadata), "status": try JSON.tree(status),
        ]
    }

    /// The Service as it is once the status is taken, as far as that can be known: the watch brings it whole.
    var result: AddressedService {
        var present = service.status ?? Service.Status()
        if let loadBalancer = status.loadBalancer { present.loadBalancer = loadBalancer }
        if !isPatch {
            let type = ConditionType.addressRequestSatisfied.rawValue
            let others = (present.conditions ?? []).filter { $0.type != type }
            let conditions = others + (status.conditions ?? [])
            present.conditions = conditions.isEmpty ? nil : conditions
        }
        var result = service
        result.status = present
        return result
    }
}

extension AddressedService {
    /// The addresses in the status, those that can be read.
    var addresses: [IPAddress] { status?.addresses ?? [] }
}

extension Service.Status {
    /// The addresses of the load balancer, those that can be read.
    var addresses: [IPAddress] { (loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } } }
}
