import Planning
import SpeakerRuntime
import TestSupport

/// What a Service, its endpoints and its tenant keep back.
extension Silence {
    /// The address of the node itself.
    static var addressNotOwned: Silence {
        withheld(.addressNotOwned, SilentSite().with(\.service, "{ip: 192.0.2.1}", "{ip: 127.66.10.1}"))
    }

    static var notProxied: Silence {
        let site = SilentSite()
        return withheld(
            .notProxied,
            site.with(\.service, "type: LoadBalancer", "type: ClusterIP").with(\.service, "10.96.0.9", "None")
                .with(\.service, "externalIPs: []", "externalIPs: [192.0.2.2]")
                .with(\.service, "{loadBalancer: {ingress: [{ip: 192.0.2.1}]}}", "{}")
        )
    }

    static var endpointsWithoutNode: Silence {
        let site = SilentSite()
        return address(
            Way.endpointsWithoutNode.rawValue,
            site.with(\.endpoints, "nodeName: n1, ", "")
                .with(\.service, "type: LoadBalancer", "type: LoadBalancer\n  externalTrafficPolicy: Local")
        )
    }

    static var notLoadBalancer: Silence {
        let site = SilentSite()
        return address(Way.notLoadBalancer.rawValue, site.with(\.service, "type: LoadBalancer", "type: ClusterIP"))
    }

    static var foreignLoadBalancerClass: Silence {
        let site = SilentSite()
        return address(
            Way.foreignLoadBalancerClass.rawValue,
            site.with(\.service, "type: LoadBalancer", "type: LoadBalancer\n  loadBalancerClass: else.where/lb")
        )
    }

    static var hostnameOnly: Silence {
        let site = SilentSite()
        return address(Way.hostnameOnly.rawValue, site.with(\.service, "{ip: 192.0.2.1}", "{hostname: lb.example.com}"))
    }

    static var invalidAddress: Silence {
        let site = SilentSite()
        return address(
            Way.invalidAddress.rawValue,
            site.with(\.service, "externalIPs: []", "externalIPs: [192.0.2.300]")
        )
    }

    static var tooManyRoutesOfService: Silence {
        let site = SilentSite()
        return Silence(
            site: site.with(\.service, "externalIPs: []", "externalIPs: [192.0.2.2, 192.0.2.3]")
                .starting { $0.bounds = RouteBounds(perService: 1) },
            answers: [Answer(words: service, says: "TooManyRoutes")],
            condition: ofNode("RoutesHeldBack", "True", "TooManyRoutes"),
            log: ["a tenant brings more routes than a peer is told"]
        )
    }

    static var tooManyRoutesOfNamespace: Silence {
        let site = SilentSite()
        return Silence(
            site: site.adding(second, secondEndpoints).starting { $0.bounds = RouteBounds(perNamespace: 1) },
            answers: [Answer(words: service, says: "TooManyRoutes")],
            condition: ofNode("RoutesHeldBack", "True", "TooManyRoutes"),
            log: ["a tenant brings more routes than a peer is told"]
        )
    }

    static var noUsableEndpoints: Silence {
        let site = SilentSite()
        return address(Way.noUsableEndpoints.rawValue, site.with(\.endpoints, "ready: true", "ready: false"))
    }

    static var noLocalEndpoints: Silence {
        let site = SilentSite()
        return address(
            Way.noLocalEndpoints.rawValue,
            site.with(\.endpoints, "ready: true", "ready: false")
                .with(\.service, "type: LoadBalancer", "type: LoadBalancer\n  externalTrafficPolicy: Local")
        )
    }

    /// The clock of the speaker stands still, so what waits because it flaps goes on waiting.
    static var flapping: Silence {
        let clock = ManualClock()
        return Silence(
            site: SilentSite().starting { $0.clock = clock },
            answers: [Answer(words: service, says: "Flapping")],
            condition: ofNode("NotAnnounced", "True", "Flapping: 192.0.2.1/32"),
            log: ["prefixes come and go"],
            step: { cluster in
                let ready = SilentSite().endpoints
                for _ in 0..<2 {
                    try await cluster.routerHas(["192.0.2.1/32"])
                    try await cluster.apply(ready.replacing("ready: true", with: "ready: false"))
                    try await cluster.routerHas([])
                    try await cluster.apply(ready)
                }
            }
        )
    }
}
