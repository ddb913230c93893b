package import BGPTypes
package import KubeModel

extension EndpointSlice.Endpoint {
    /// What the endpoint can do for traffic; unset `ready` counts as true, unset `serving` follows `ready`.
    package var state: EndpointState {
        let isReady = conditions?.ready ?? true
        if isReady { return .ready }
        guard conditions?.terminating ?? false else { return .notReady }
        return conditions?.serving ?? isReady ? .servingTerminating : .terminating
    }
}

extension EndpointSlice.Endpoint {
    /// Whether it is what Cilium writes behind the Services of its Gateway API and Ingress: nobody has the address, and the
    /// agent of every node hands their traffic to its own Envoy.
    fileprivate var isProxyOfPlugin: Bool { addresses.count == 1 && addresses[0] == "192.192.192.192" }
}

extension EndpointSlice {
    /// The family of the slice's addresses; nil for FQDN slices, which nothing can be routed to.
    package var family: IPFamily? { IPFamily(word: addressType) }

    /// The slice's endpoints as `node` sees them.
    package func tally(node: String) -> EndpointTally {
        var tally = EndpointTally()
        for endpoint in endpoints ?? [] {
            let state = endpoint.state
            tally.everywhere.count(state)
            if endpoint.nodeName == node { tally.local.count(state) }
            guard state == .ready, endpoint.nodeName?.isEmpty ?? true else { continue }
            tally.withoutNode += 1
            if endpoint.isProxyOfPlugin { tally.proxies += 1 }
        }
        return tally
    }
}
