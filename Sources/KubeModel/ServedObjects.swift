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

/// Whether a cluster knows a kind that it need not know, and its objects can be read.
package enum ServedPresence: Hashable, Sendable {
    /// The cluster does not know the kind.
    case notServed
    /// The cluster knows it, but its objects may not be read; the text says why.
    case unreadable(String)
    /// They can be read.
    case served
}

extension ServedObjects {
    /// Whether there can be any, without the objects.
    package var presence: ServedPresence {
        switch self {
        case .notServed: .notServed
        case .unreadable(let why): .unreadable(why)
        case .served: .served
        }
    }
}

extension ServedObjects<BlockAffinity> {
    /// These; where the cluster does not know the kind, those of later versions of Calico.
    package func orElse(_ later: ServedObjects<LaterBlockAffinity>) -> ServedObjects<BlockAffinity> {
        guard self == .notServed else { return self }
        return switch later {
        case .notServed: .notServed
        case .unreadable(let why): .unreadable(why)
        case .served(let objects): .served(objects.map(\.block))
        }
    }
}
