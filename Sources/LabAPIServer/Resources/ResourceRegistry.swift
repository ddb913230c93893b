import KubeJSON
import KubeModel
import Synchronization

/// The kinds served at present: the built-in ones and those of the CustomResourceDefinitions.
final class ResourceRegistry: Sendable {
    private struct Key: Hashable {
        let group: String
        let version: String
        let resource: String
    }

    private struct Content {
        var byPath: [Key: ServedResource] = [:]
        var all: [ServedResource] = []
        /// Changes whenever the content does, for caches of what is made from it.
        var edition: UInt64 = 0
        /// The revision of the store that the definitions were read at.
        var revision: UInt64 = 0
    }

    private let content = Mutex(Content())

    init() { refresh(definitions: [], readAt: 0) }

    /// Serves the built-in kinds and those of the definitions given, and nothing else.
    ///
    /// Of several at once the one that read the store last counts, whichever comes last.
    func refresh(definitions: [JSONValue], readAt revision: UInt64) {
        let custom = definitions.compactMap(CustomResourceDefinition.init).flatMap(\.resources)
        content.withLock { content in
            guard revision >= content.revision else { return }
            content.revision = revision
            content.all = BuiltinResources.all + custom
            content.byPath = [:]
            for resource in content.all {
                let type = resource.type
                content.byPath[Key(group: type.group, version: type.version, resource: type.plural)] = resource
            }
            content.edition += 1
        }
    }

    /// The resource a path names.
    func resource(group: String, version: String, plural: String) -> ServedResource? {
        content.withLock { $0.byPath[Key(group: group, version: version, resource: plural)] }
    }

    /// All resources, built-in ones first, with the edition they belong to.
    var resources: (all: [ServedResource], edition: UInt64) { content.withLock { ($0.all, $0.edition) } }

    func resources(group: String, version: String) -> [ServedResource] {
        resources.all.filter { $0.type.group == group && $0.type.version == version }
    }

    /// A resource whose objects are of this kind, in any version of the group.
    func resource(group: String, kind: String) -> ServedResource? {
        resources.all.first { $0.type.group == group && $0.type.kind == kind }
    }
}
