import KubeJSON
package import KubeModel

/// One page of a list; an object that cannot be decoded costs itself alone.
package struct ListPage<Object: KubeObject>: Hashable, Sendable {
    /// The objects in the server's order.
    package var items: [Object]
    /// What could not be decoded.
    package var undecodable: [InvalidObject]
    /// The version of the list.
    package var resourceVersion: String
    /// The token for the next page; nil on the last.
    package var `continue`: String?
}

/// An object, or what can still be said about it.
enum DecodedOrInvalid<Object: KubeObject>: Hashable, Sendable {
    case good(Object)
    case bad(InvalidObject)

    init(_ json: JSONValue) {
        do {
            self = .good(try JSON.decode(Object.self, from: json).kept)
        } catch {
            self = .bad(InvalidObject(undecodable: json, as: Object.self))
        }
    }
}
