package import AdminSecurity
package import AdminServer
package import BGPEngine
import BGPTransport
package import BGPTypes
import CoreMetrics
package import KubeClient
package import Planning

/// What a speaker is started with.
package struct SpeakerConfiguration: Sendable {
    /// Where the objects come from.
    package enum Source: Sendable {
        /// An API server, to which the speaker reports its status.
        case server(KubeClient)
        /// A directory of manifests; the speaker renders its own configuration from them.
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

    /// The node it speaks for.
    package var node: String
    /// Where the objects come from.
    package var source: Source
    /// The namespace of the Secrets with passwords.
    package var namespace: String
    /// Where metrics and state are served, and health unless it has an address of its own; nil serves nothing.
    package var admin: ListenAddress?
    /// How metrics and state are guarded there; health is for everybody.
    package var adminSecurity: AdminSecurity
    /// Where health alone is served; nil leaves it to `admin`.
    package var health: ListenAddress?
    /// Who is asked whether the node forwards service traffic.
    package var datapathProbe: DatapathProbe
    /// The programs that are looked for where the probe is `auto`.
    package var datapathPrograms: [DatapathProgram]
    /// The directory that keeps the last good configuration and routes; nil keeps nothing.
    package var stateDirectory: String?
    /// The octets that what all routers announce may take.
    package var receivedRoutesMemory: Int
    /// How many routes one tenant may bring to a peer.
    package var bounds: RouteBounds
    /// The networks of cluster IPs, besides those that the cluster names.
    package var serviceNetworks: [IPPrefix]
    /// The load balancers that it announces.
    package var classes: LoadBalancerClasses
    /// The program's version, said in the status; nil says nothing.
    package var version: ProgramVersion?
    /// Tells of the node's devices and default routes, at once and after changes, until it is cancelled.
    package var network: @Sendable (@escaping @Sendable (HostNetwork) async -> Void) async throws -> Void
    /// How long the API server may be away at the start before an earlier run's state is taken; shorter than any graceful
    /// restart.
    package var startupTimeout: Duration
    /// How long deleted objects of Martlet's kinds still count, since others may come in their place.
    package var removalDelay: Duration
    /// How often the Secrets with passwords are read.
    package var secretPace: NamedPace
    /// What measures the timeout, the time in which the data path is looked for, and the pauses of prefixes that flap.
    package var clock: any Clock<Duration>
    /// What measures the time between a change and the status that has it.
    package var statusClock: any Clock<Duration>

    /// A speaker for a node with the defaults of the programs.
    package init(node: String, source: Source, namespace: String) {
        self.node = node
        self.source = source
        self.namespace = namespace
        admin = nil
        adminSecurity = .open
        health = nil
        datapathProbe = .off
        datapathPrograms = DatapathProgram.known
        stateDirectory = nil
        receivedRoutesMemory = 128 << 20
        bounds = RouteBounds()
        serviceNetworks = []
        classes = .standard
        version = nil
        network = { try await NetworkMonitor().run($0) }
        startupTimeout = .seconds(3)
        removalDelay = .seconds(5)
        secretPace = NamedPace()
        clock = ContinuousClock()
        statusClock = ContinuousClock()
    }
}

extension SpeakerConfiguration {
    /// What the node's controller is given of it.
    var options: NodeOptions {
        var options = NodeOptions(node: node)
        options.version = version
        options.isRendering = source.client == nil
        options.keepsState = stateDirectory != nil
        options.startupTimeout = startupTimeout
        options.datapathProbe = datapathProbe
        options.datapathPrograms = datapathPrograms
        options.bounds = bounds
        options.serviceNetworks = serviceNetworks
        options.classes = classes
        return options
    }
}
