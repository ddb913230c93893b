import KubeJSON
import KubeModel

/// One line of a watch, its object decoded.
enum TypedWatchEvent<Object: KubeObject>: Hashable, Sendable {
    case put(Object, resourceVersion: String?)
    case removed(ObjectKey, resourceVersion: String?)
    case bookmark(resourceVersion: String)
    case undecodable(InvalidObject)
    case error(KubeError)

    /// Decodes a line; throws `KubeError` when it is no watch event at all, since then the stream cannot be trusted.
    ///
    /// Of one that is too long it is known which object it is about.
    init(_ line: JSONLineDecoder.Line) throws(KubeError) {
        switch line {
        case .whole(let bytes): try self.init(line: bytes)
        case .tooLong(let event):
            if event.outline.event == WatchEvent.Kind.deleted.rawValue, let key = event.outline.key {
                self = .removed(key, resourceVersion: event.outline.json["metadata"]?["resourceVersion"]?.string)
            } else {
                self = .undecodable(InvalidObject(tooLong: event.outline, length: event.length, as: Object.self))
            }
        }
    }

    private init(line: [UInt8]) throws(KubeError) {
        let tree = try? JSON.read(line, leavingOut: Object.unread)
        guard let kind = tree?["type"]?.string.flatMap(WatchEvent.Kind.init) else {
            throw KubeError(.undecodable, "a watch of \(Object.type.plural) holds a line that is no event")
        }
        let object = tree?["object"] ?? .null
        switch kind {
        case .added, .modified:
            guard !object.isNull else {
                throw KubeError(.undecodable, "a watch of \(Object.type.plural) holds an event without an object")
            }
            switch DecodedOrInvalid<Object>(object) {
            case .good(let kept):
                self = .put(kept, resourceVersion: object["metadata"]?["resourceVersion"]?.string)
            case .bad(let object): self = .undecodable(object)
            }
        case .deleted:
            let metadata = object["metadata"]
            guard let name = metadata?["name"]?.string, !name.isEmpty else {
                throw KubeError(.undecodable, "a watch of \(Object.type.plural) deletes an object without a name")
            }
            self = .removed(
                ObjectKey(namespace: metadata?["namespace"]?.string, name: name),
                resourceVersion: metadata?["resourceVersion"]?.string
            )
        case .bookmark:
            self = .bookmark(resourceVersion: object["metadata"]?["resourceVersion"]?.string ?? "")
        case .error:
            let status = try? JSON.decode(KubeStatus.self, from: object)
            self = .error(status.map { KubeError($0) } ?? KubeError(.serverError, "the watch reported an error"))
        }
    }

    /// The version that the event brings the watch to.
    var resourceVersion: String? {
        let version: String? =
            switch self {
            case .put(_, let version): version
            case .removed(_, let version): version
            case .bookmark(let version): version
            case .undecodable(let object): object.resourceVersion
            case .error: nil
            }
        return version.flatMap { $0.isEmpty ? nil : $0 }
    }
}
