import KubeJSON
import KubeModel

/// Services that share addresses and are edited until they cannot: one key for most, two ports, both policies.
extension GeneratedCluster {
    /// The Service, mostly with a sharing key, and now and then without it or with another.
    mutating func sharing(_ service: JSONValue) -> JSONValue {
        guard var members = service.object, var metadata = members["metadata"]?.object else { return service }
        guard members["spec"]?["type"] == "LoadBalancer", chance(70) else { return service }
        var annotations = metadata["annotations"]?.object ?? [:]
        annotations["martlet.dev/sharing-key"] = .string(pick(["k", "k", "k", "l"]))
        if chance(70) { annotations["martlet.dev/sharing-cross-namespace"] = .string(pick(["*", "shop", "default"])) }
        metadata["annotations"] = .object(annotations)
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}
