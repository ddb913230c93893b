package import BGPTypes
package import KubeModel

/// An EndpointSlice as far as decisions read it: how many endpoints of its Service are where, and what they can do.
///
/// One slice in the store costs its name, that of its Service, and 24 octets for each node and state of its endpoints, whatever
/// else stands in it. What changes an address, a port, a zone or the order of endpoints changes nothing here.
package struct ServiceEndpoints: KubeObject {
    /// That of EndpointSlices.
    package static let type = EndpointSlice.type

    /// None of these is read, nor any label but one, whose name is none of these.
    package static let unread = [
        "managedFields", "annotations", "ownerReferences", "ports", "targetRef", "deprecatedTopology", "hints", "zone",
        "hostname",
    ]

    /// Endpoints that are the same to every decision.
    struct Group: Hashable, Sendable {
        /// Empty for endpoints that name no node.
        var node: String
        var count: Int32
        let state: EndpointState
        /// Whether they stand for the network plugin's own proxy, which runs on every node.
        let isProxy: Bool
    }

    private struct Content: Hashable, Sendable {
        var key: ObjectKey
        /// In the same namespace; nil for a slice of none.
        var service: String?
        let family: IPFamily?
        /// By node and state, each combination once.
        var groups: [Group]
    }

    private var box: Boxed<Content>

    /// Keeps of a slice what decisions read.
    package init(_ slice: EndpointSlice) {
        var counts: [Group: Int32] = [:]
        for endpoint in slice.endpoints ?? [] {
            let (node, state) = (endpoint.nodeName ?? "", endpoint.state)
            let isProxy = node.isEmpty && state == .ready && endpoint.isProxyOfPlugin
            counts[Group(node: node, count: 0, state: state, isProxy: isProxy), default: 0] += 1
        }
        let groups = counts.map { group, count in
            var group = group
            group.count = count
            return group
        }
        box = Boxed(
            Content(
                key: slice.key,
                service: slice.serviceKey?.name,
                family: slice.family,
                groups: groups.count < 2 ? groups : groups.sorted(by: Self.stands)
            )
        )
    }

    private static func stands(_ left: Group, before right: Group) -> Bool {
        if left.node != right.node { return left.node < right.node }
        if left.state != right.state { return left.state.rawValue < right.state.rawValue }
        return !left.isProxy && right.isProxy
    }

    /// Namespace and name.
    package var key: ObjectKey { box.value.key }

    /// The Service the slice belongs to; nil for slices without the label.
    package var serviceKey: ObjectKey? {
        box.value.service.map { ObjectKey(namespace: box.value.key.namespace, name: $0) }
    }

    /// The family of the addresses; nil for FQDN slices, which nothing can be routed to.
    package var family: IPFamily? { box.value.family }

    /// The endpoints as `node` sees them.
    package func tally(node: String) -> EndpointTally {
        var tally = EndpointTally()
        for group in box.value.groups {
            tally.everywhere.count(group.state, group.count)
            if group.node == node, !node.isEmpty { tally.local.count(group.state, group.count) }
            guard group.state == .ready, group.node.isEmpty else { continue }
            tally.withoutNode += Int(group.count)
            if group.isProxy { tally.proxies += Int(group.count) }
        }
        return tally
    }

    /// The same with texts that many slices have in common taken from `shared`, so that memory holds each once.
    package func sharing(_ shared: (String) -> String) -> ServiceEndpoints {
        var content = box.value
        content.key = ObjectKey(namespace: content.key.namespace.map(shared), name: content.key.name)
        for index in content.groups.indices { content.groups[index].node = shared(content.groups[index].node) }
        var endpoints = self
        endpoints.box = Boxed(content)
        return endpoints
    }
}

extension ServiceEndpoints {
    /// The name alone, which is what is left of it.
    package var metadata: ObjectMeta {
        get { ObjectMeta(name: key.name, namespace: key.namespace) }
        set {
            guard newValue.key != key else { return }
            var content = box.value
            content.key = newValue.key
            box = Boxed(content)
        }
    }

    /// What is here is read.
    package var kept: ServiceEndpoints { self }

    /// Reads an EndpointSlice.
    package init(from decoder: any Decoder) throws { self.init(try EndpointSlice(from: decoder)) }

    /// The slice without its endpoints.
    package func encode(to encoder: any Encoder) throws {
        let type = family?.word ?? "FQDN"
        var metadata = metadata
        metadata.labels = box.value.service.map { [EndpointSlice.serviceNameLabel: $0] }
        try EndpointSlice(metadata: metadata, addressType: type).encode(to: encoder)
    }
}
