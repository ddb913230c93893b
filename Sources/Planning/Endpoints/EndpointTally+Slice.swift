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
    var isProxyOfPlugin: Bool { addresses.count == 1 && addresses[0] == "192.192.192.192" }
}

extension EndpointSlice {
    /// The family of the slice's addresses; nil for FQDN slices, which nothing can be routed to.
    package var family: IPFamily? { IPFamily(word: addressType) }
}
