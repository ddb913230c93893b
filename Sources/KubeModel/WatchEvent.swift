package import KubeJSON

/// What a list says about itself (meta/v1 ListMeta).
package struct ListMeta: Hashable, Sendable, Codable {
    /// The version the list was read at; a watch goes on from here.
    package var resourceVersion: String?
    /// The token for the next page; absent or empty on the last.
    package var `continue`: String?
    /// How many more there are, if the server says so.
    package var remainingItemCount: Int64?

    /// Makes list metadata.
    package init(resourceVersion: String? = nil, continue: String? = nil, remainingItemCount: Int64? = nil) {
        self.resourceVersion = resourceVersion
        self.continue = `continue`
        self.remainingItemCount = remainingItemCount
    }
}

/// One line of a watch (meta/v1 WatchEvent), its object not yet decoded.
package struct WatchEvent: Hashable, Sendable, Codable {
    /// What happened.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        /// Nothing but progress: the object carries a resource version alone.
        case bookmark = "BOOKMARK"
        /// The object is a Status; the watch ends.
        case error = "ERROR"
    }

    /// What happened.
    package var type: Kind
    package var object: JSONValue

    /// Makes an event.
    package init(type: Kind, object: JSONValue) {
        self.type = type
        self.object = object
    }
}
