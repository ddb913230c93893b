package import BGPTypes

/// What a speaker's controller is given at its start.
package struct NodeOptions: Hashable, Sendable {
    /// The node's name.
    package var node: String
    /// The speaker's version, said in the status; nil says nothing.
    package var version: ProgramVersion?
    /// Whether the speaker renders its BGPNodeConfig itself, from manifests.
    package var isRendering = false
    /// Whether there is an earlier run's state to be read, and this run's is kept.
    package var keepsState = false
    /// How long the stores may stay without their first lists before an earlier run's state is taken; shorter than any graceful
    /// restart.
    package var startupTimeout: Duration = .seconds(3)
    /// Who is asked whether the node forwards service traffic.
    package var datapathProbe = DatapathProbe.off
    /// The programs that are looked for where the probe is `auto`.
    package var datapathPrograms = DatapathProgram.known
    /// How many routes one tenant may bring to a peer.
    package var bounds = RouteBounds()
    /// The networks of cluster IPs, besides those that the cluster names.
    package var serviceNetworks: [IPPrefix] = []
    /// The load balancers that it announces.
    package var classes = LoadBalancerClasses.standard

    /// The defaults of the programs.
    package init(node: String) {
        self.node = node
    }
}
