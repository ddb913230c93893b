import FoundationEssentials
import KubeModel

/// One line of a watch, its object decoded.
enum TypedWatchEvent<Object: KubeObject>: Hashable, Sendable {
    case put(Object)
    case removed(ObjectKey, resourceVersion: String?)
    case bookmark(resourceVersion: String)
    case undecodable(RefusedObject)
    case error(KubeError)

    /// Decodes a line; throws `KubeError` when it is no watch event at all, since then the stream cannot be trusted.
    init(line: [UInt8]) throws(KubeError) {
        let data = Data(line)
        guard let kind = try? JSON.decode(Head.self, from: data).type else {
            throw KubeError(.undecodable, "a watch of \(Object.type.plural) holds a line that is no event")
        }
        switch kind {
        case .added, .modified:
            switch try? JSON.decode(Body<TolerantObject<Object>>.self, from: data).object {
            case .good(let object)?: self = .put(object)
            case .bad(let object)?: self = .undecodable(object)
            case nil: throw KubeError(.undecodable, "a watch of \(Object.type.plural) holds an event without an object")
            }
        case .deleted:
            let metadata = try? JSON.decode(Body<Meta>.self, from: data).object.metadata
            guard let metadata, !metadata.name.isEmpty else {
                throw KubeError(.undecodable, "a watch of \(Object.type.plural) deletes an object without a name")
            }
            self = .removed(metadata.key, resourceVersion: metadata.resourceVersion)
        case .bookmark:
            let version = try? JSON.decode(Body<Meta>.self, from: data).object.metadata.resourceVersion
            self = .bookmark(resourceVersion: version ?? "")
        case .error:
            let status = try? JSON.decode(Body<KubeStatus>.self, from: data).object
            self = .error(status.map { KubeError($0) } ?? KubeError(.serverError, "the watch reported an error"))
        }
    }

    /// The version that the event brings the watch to.
    var resourceVersion: String? {
        let version: String? =
            switch self {
            case .put(let object): object.metadata.resourceVersion
            case .removed(_, let version): version
            case .bookmark(let version): version
            case .undecodable(let object): object.resourceVersion
            case .error: nil
            }
        return version.flatMap { $0.isEmpty ? nil : $0 }
    }

    private struct Head: Decodable {
        var type: WatchEvent.Kind
    }

    private struct Body<Content: Decodable>: Decodable {
        var object: Content
    }

    private struct Meta: Decodable {
        var metadata: Identity
    }

    private struct Identity: Decodable {
        var name: String
        var namespace: String?
        var resourceVersion: String?

        private enum Keys: CodingKey {
            case name, namespace, resourceVersion
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
            namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
            resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
        }

        var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
    }
}
