package import KubeModel

/// How many routes one tenant may bring to one peer.
///
/// A router that gets more prefixes than it takes ends its sessions with every node, and so with every other tenant.
package struct RouteBounds: Hashable, Sendable {
    /// The most routes of one Service; 0 bounds nothing.
    package var perService: Int
    /// The most routes of all Services of one namespace; 0 bounds nothing.
    package var perNamespace: Int

    /// Bounds; those of a default installation unless given.
    package init(perService: Int = 64, perNamespace: Int = 4096) {
        self.perService = perService
        self.perNamespace = perNamespace
    }

    /// Bounds that hold nothing back.
    package static let none = RouteBounds(perService: 0, perNamespace: 0)

    /// The most routes of one Service, whether there is a bound or not.
    var mostOfService: Int { perService > 0 ? perService : .max }
}

extension BoundExcess.Tenant {
    /// The Service or Namespace.
    package var object: ObjectReference {
        switch self {
        case .service(let key): ObjectReference(kind: "Service", namespace: key.namespace, name: key.name)
        case .namespace(let name): ObjectReference(kind: "Namespace", name: name)
        }
    }

    /// What would let more out.
    package var remedy: String {
        switch self {
        case .service: "spread the addresses over several Services, or raise the flag"
        case .namespace: "spread the Services over several namespaces, or raise the flag"
        }
    }
}

/// Routes that are held back because a tenant brings more than it may.
package struct BoundExcess: Hashable, Sendable {
    /// Whose routes they are.
    package enum Tenant: Hashable, Sendable {
        /// One Service has more than its share.
        case service(ObjectKey)
        /// The Services of a namespace have more than theirs together.
        case namespace(String)
    }

    /// Whose routes they are.
    package let tenant: Tenant
    /// How many of them the peer that misses most does not get.
    package let routes: Int
    /// How many there may be.
    package let bound: Int

    /// What, how many, and which flag bounds them.
    package var message: String {
        let (what, flag) =
            switch tenant {
            case .service(let name): ("Service/\(name)", "--max-routes-per-service")
            case .namespace(let name): ("namespace \(name)", "--max-routes-per-namespace")
            }
        return "\(routes) route\(routes == 1 ? "" : "s") of \(what) \(routes == 1 ? "is" : "are") held back by "
            + "\(flag) \(bound)"
    }
}
