package import BGPResources
package import KubeModel

/// Where a route comes from: the entry that announces it and the object that brought it.
package struct RouteSource: Hashable, Sendable, Comparable {
    package let entry: EntryReference
    /// The entry's type.
    package let type: BGPAdvertisement.EntryType
    /// The Service, pool, Node or object of a network plugin that the prefix is taken from; nil for prefixes written in the entry.
    package let object: ObjectReference?
    /// The kind of address; nil unless the object is a Service.
    package let address: AddressKind?
    /// The device that has the address; nil unless the type is Interface.
    package let device: String?

    init(entry: EntryReference, origin: RouteCandidate.Origin, service: ObjectKey?, node: String) {
        self.entry = entry
        var device: String?
        switch origin {
        case .address(let address):
            type = .service
            object = service.map { ObjectReference(kind: "Service", namespace: $0.namespace, name: $0.name) }
            self.address = address.kind
        case .podNetwork(let source, let name):
            type = .podCIDR
            object = ObjectReference(kind: source.kind, name: name)
            address = nil
        case .interface(let name):
            type = .interface
            device = name
            object = ObjectReference(kind: "Node", name: node)
            address = nil
        case .list:
            type = .prefixes
            object = nil
            address = nil
        case .pool(let name):
            type = .loadBalancerIPPool
            object = ObjectReference(kind: "LoadBalancerIPPool", name: name)
            address = nil
        }
        self.device = device
    }

    /// By entry, object, then kind of address.
    package static func < (left: RouteSource, right: RouteSource) -> Bool {
        if left.entry != right.entry { return left.entry < right.entry }
        if left.object != right.object {
            guard let first = left.object else { return true }
            guard let second = right.object else { return false }
            return first < second
        }
        guard let first = left.address else { return right.address != nil }
        guard let second = right.address else { return false }
        return first < second
    }
}
