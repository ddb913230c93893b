/// The objects of a kind that a cluster need not know.
package enum ServedObjects<Object: KubeObject>: Hashable, Sendable {
    /// The cluster does not know the kind.
    case notServed
    /// The cluster knows it, but its objects may not be read; the text says why.
    case unreadable(String)
    /// All that there are, in the order of their names.
    case served([Object])

    /// Those that can be read.
    package var objects: [Object] {
        guard case .served(let objects) = self else { return [] }
        return objects
    }
}
