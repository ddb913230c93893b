import KubeClient
import KubeJSON
import KubeModel
import TestCluster

extension AgreementCluster {
    /// The definitions of network plugins' kinds that are there, and all their objects.
    func pluginObjects() async throws -> [JSONValue] {
        var items: [JSONValue] = []
        for type in [CiliumNode.type, BlockAffinity.type] {
            let definition = CustomResourceDefinition.type.path(ObjectKey(name: type.definitionName))
            do {
                let found = [try await get(definition)]
                let objects = try await get(type.path())["items"]?.array ?? []
                items += found.map { named($0, CustomResourceDefinition.type) } + objects.map { named($0, type) }
            } catch let error as KubeError where error.code == .notFound {
                continue
            }
        }
        return items
    }

    private func get(_ path: String) async throws -> JSONValue {
        try await cluster.client.send(KubeRequest(.get, path), as: JSONValue.self)
    }

    /// The items of a list need not say what they are.
    private func named(_ object: JSONValue, _ type: ResourceType) -> JSONValue {
        var members = object.object ?? [:]
        members["apiVersion"] = .string(type.apiVersion)
        members["kind"] = .string(type.kind)
        return .object(members)
    }
}
