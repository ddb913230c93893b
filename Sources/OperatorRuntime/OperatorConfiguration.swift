package import AdminSecurity
package import AdminServer
package import BGPTypes
import CoreMetrics
package import KubeClient
package import Planning

/// What an operator is told at its start.
package struct OperatorConfiguration: Sendable {
    /// Where the objects come from.
    package enum Source: Sendable {
        /// An API server, to which the operator also writes.
        case server(KubeClient)
        /// A directory of manifests, from which it only reads: what it would write is shown on its admin page.
        case directory(String)

        /// The API server, when there is one.
        var client: KubeClient? {
            guard case .server(let client) = self else { return nil }
            return client
        }

        /// The same, with its requests counted.
        func measured(by metrics: any MetricsFactory) -> Source {
            client.map { .server($0.measured(by: metrics)) } ?? self
        }
    }

    /// Where the objects come from.
    package var source: Source
    /// The namespace of the speakers, of their Secrets and of the operator's Lease.
    package var namespace: String
    /// The name of this process among the replicas, such as the pod's.
    package var identity: String
    /// Whether replicas elect a leader; without, this one always acts.
    package var electsLeader: Bool
    /// From where router ids are given to nodes without an IPv4 address; nil is the built-in range.
    package var routerIDPool: IPPrefix?
    /// The networks that cluster IPs come from, which no pool may hand out.
    package var serviceNetworks: [IPPrefix]
    /// The load balancers that it gives addresses.
    package var classes: LoadBalancerClasses
    /// How much of the pools one tenant can take.
    package var addressLimits: AddressLimits
    /// How often the Secrets with passwords are looked for.
    package var secretPace: NamedPace
    /// How long deleted objects of ours still count, and what measures it.
    package var deletionPatience: DeletionPatience
    /// The program's version, said on every BGPNodeConfig; nil says nothing.
    package var version: ProgramVersion?
    /// Where metrics and state are served, and health unless it has an address of its own; nil serves nothing.
    package var admin: ListenAddress?
    /// How metrics and state are guarded there; health is for everybody.
    package var adminSecurity: AdminSecurity
    /// Where health alone is served; nil leaves it to `admin`.
    package var health: ListenAddress?

    /// An operator on a source with the defaults of the programs.
    package init(source: Source, namespace: String, identity: String) {
        self.source = source
        self.namespace = namespace
        self.identity = identity
        electsLeader = true
        routerIDPool = nil
        serviceNetworks = []
        classes = .standard
        addressLimits = AddressLimits()
        secretPace = NamedPace()
        deletionPatience = DeletionPatience()
        version = nil
        admin = nil
        adminSecurity = .open
        health = nil
    }
}
