package import FoundationEssentials
package import KubeModel

/// One page of a list; an object that cannot be decoded costs itself alone.
package struct ListPage<Object: KubeObject>: Hashable, Sendable {
    /// The objects in the server's order.
    package var items: [Object]
    /// What could not be decoded.
    package var undecodable: [RefusedObject]
    /// The version of the list.
    package var resourceVersion: String
    /// The token for the next page; nil on the last.
    package var `continue`: String?

    /// Decodes a page; throws `KubeError` when the answer is no list.
    package init(_ body: Data) throws {
        do {
            let tree = try JSON.read(body, leavingOut: KubeClient.unread)
            let metadata = try JSON.decode(ListMeta.self, from: tree["metadata"] ?? .null)
            resourceVersion = metadata.resourceVersion ?? ""
            `continue` = metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
            items = []
            undecodable = []
            for item in try JSON.decode([JSONValue]?.self, from: tree["items"] ?? .null) ?? [] {
                switch TolerantObject<Object>(item) {
                case .good(let object): items.append(object)
                case .bad(let object): undecodable.append(object)
                }
            }
        } catch is DecodingError {
            throw KubeError(.undecodable, "the list of \(Object.type.plural) cannot be decoded")
        }
    }
}

/// An object, or what can still be said about it.
enum TolerantObject<Object: KubeObject>: Hashable, Sendable {
    case good(Object)
    case bad(RefusedObject)

    init(_ json: JSONValue) {
        do {
            self = .good(try JSON.decode(Object.self, from: json))
        } catch {
            self = .bad(RefusedObject(undecodable: json, as: Object.self))
        }
    }
}
