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
            let raw = try JSON.decode(Raw.self, from: body)
            resourceVersion = raw.metadata.resourceVersion ?? ""
            `continue` = raw.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
            items = []
            undecodable = []
            for item in raw.items ?? [] {
                switch item {
                case .good(let object): items.append(object)
                case .bad(let object): undecodable.append(object)
                }
            }
        } catch is DecodingError {
            throw KubeError(.undecodable, "the list of \(Object.type.plural) cannot be decoded")
        }
    }

    private struct Raw: Decodable {
        var metadata: ListMeta
        var items: [TolerantObject<Object>]?
    }
}

/// An object, or what can still be said about it.
enum TolerantObject<Object: KubeObject>: Decodable, Hashable, Sendable {
    case good(Object)
    case bad(RefusedObject)

    init(from decoder: any Decoder) throws {
        do {
            self = .good(try Object(from: decoder))
        } catch {
            self = .bad(RefusedObject(undecodable: try JSONValue(from: decoder), as: Object.self))
        }
    }
}
