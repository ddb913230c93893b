import FoundationEssentials
import KubeJSON
import KubeModel
import PlainText

/// What all requests share.
struct ServerContext: Sendable {
    let configuration: LabAPIServer.Configuration
    let store: ObjectStore
    let registry = ResourceRegistry()
    let clusterIPs = ClusterIPAllocator()
    let collector: GarbageCollector
    let documents = OpenAPIDocuments()
    let tokens = IssuedTokens()

    init(configuration: LabAPIServer.Configuration) {
        self.configuration = configuration
        store = ObjectStore(historyLimit: configuration.historyLimit)
        collector = GarbageCollector(store: store, now: Self.clock)
    }

    var now: Timestamp { Self.clock() }

    /// The time in whole seconds, as objects carry it.
    @Sendable private static func clock() -> Timestamp {
        Timestamp(Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down)))
    }

    /// Serves what the CustomResourceDefinitions in the store ask for.
    func refreshDefinitions() {
        let (objects, revision) = store.objects(BuiltinResources.customResourceDefinitions)
        registry.refresh(definitions: objects.map(\.value), readAt: revision)
    }

    /// Removes every object of a kind whose definition is gone.
    func removeObjects(of definition: CustomResourceDefinition) {
        let collection = GroupResource(group: definition.group, resource: definition.plural)
        for object in store.objects(collection).objects {
            _ = store.transact(collection, object.key) { _ in .remove(object.value) }
        }
        store.dropCollection(collection)
    }

    /// Makes the namespaces every cluster begins with.
    func seed() {
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let namespace: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": [
                    "name": .string(name), "uid": .string(UUID().uuidString.lowercased()),
                    "creationTimestamp": .string(now.description),
                ],
            ]
            _ = store.transact(BuiltinResources.namespaces, ObjectKey(name: name)) { _ in
                .put(NamespaceDefaults.completed(namespace))
            }
        }
    }
}
