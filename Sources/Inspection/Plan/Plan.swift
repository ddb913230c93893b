package import BGPResources
package import BGPTypes
import KubeJSON
package import KubeModel
package import SpeakerAPI

/// What operator and speakers would do (`kubectl bgp plan`), as `plugin/plan.schema.json` describes it.
package struct Plan: Encodable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "Plan"
    /// The nodes that have or had a part in BGP, by name.
    package var nodes: [PlannedNode]
    /// The Services that want or have load balancer addresses, by namespace and name.
    package var services: [PlannedService]
    /// The resources of ours with their conditions, by kind and name.
    package var resources: [PlannedResource]
    /// What a person should know, by file and line, then severity.
    package var diagnostics: [Diagnostic]

    /// The reason of diagnostics about changes whose effect cannot be told.
    static let unknownEffect: ReasonCode = .effectUnknown

    /// Whether anything differs from what the plan was compared with.
    package var hasChanges: Bool {
        if diagnostics.contains(where: { $0.reason == Self.unknownEffect }) { return true }
        return nodes.contains { node in
            node.change != nil
                || node.instances.flatMap(\.peers).contains { $0.sessionEffect.map { $0 != .none } ?? false }
        } || services.contains { $0.previousAddresses != nil }
            // Something happens, though it ends as it was.
            || diagnostics.contains { $0.reason == Planner.interimReason }
    }
}

/// What a comparison found.
package enum PlanChange: String, Encodable, Hashable, Sendable {
    /// It was not there.
    case added = "Added"
    /// It is not as it was.
    case changed = "Changed"
    /// It is there no more.
    case removed = "Removed"
}

package struct PlannedNode: Encodable, Hashable, Sendable {
    package var name: String
    /// Whether the node's configuration is new, another or gone; only in comparisons.
    package var change: PlanChange?
    /// The BGPNodeConfig as the operator writes it; absent when it is removed.
    package var nodeConfig: PlannedNodeConfig?
    /// The BGP routers on it, in the user's order.
    package var instances: [PlannedInstance]
}

/// A BGPNodeConfig with its `apiVersion` and `kind`.
package struct PlannedNodeConfig: Encodable, Hashable, Sendable {
    package var object: BGPNodeConfig

    /// Writes the object as a manifest.
    package func encode(to encoder: any Encoder) throws {
        try object.manifest().encode(to: encoder)
    }
}

/// One BGP router.
package struct PlannedInstance: Encodable, Hashable, Sendable {
    package var name: String
    package var localASN: ASNumber?
    /// Its BGP identifier.
    package var routerID: RouterID?
    /// The port it listens on.
    package var localPort: UInt16?
    /// Its peers in the user's order, then those that are removed.
    package var peers: [PlannedPeer]
}

package struct PlannedPeer: Encodable, Hashable, Sendable {
    package var name: String
    /// Its address, as far as it is known without the node.
    package var peerAddress: ScopedAddress?
    /// Its AS; 0 takes any.
    package var peerASN: ASNumber
    /// What the change does to the session; only in comparisons.
    package var sessionEffect: SessionEffect?
    /// Why the session stays down; absent when it may come up.
    package var down: PlannedObstacle?
    /// What it is told, by family and prefix; nothing while it stays down.
    package var routes: [PlannedRoute]
    /// What it is no longer told; only in comparisons.
    package var withdrawnRoutes: [PlannedRoute]?
}

/// Why a session stays down.
package struct PlannedObstacle: Encodable, Hashable, Sendable {
    /// The stable word.
    package var reason: ReasonCode
    /// One sentence.
    package var message: String
}

package struct PlannedRoute: Encodable, Hashable, Sendable {
    package var prefix: IPPrefix
    /// `ipv4/unicast` or `ipv6/unicast`.
    package var family: String
    /// Whether it is new or carries other attributes; only in comparisons.
    package var change: PlanChange?
    /// `igp`, `egp` or `incomplete`.
    package var origin: String
    /// Communities as `65000:1`, ascending.
    package var communities: [String]?
    /// Large communities as `65000:1:2`, ascending.
    package var largeCommunities: [String]?
    /// LOCAL_PREF, which internal peers are told.
    package var localPreference: UInt32?
    /// MULTI_EXIT_DISC.
    package var med: UInt32?
    /// How many more times than once the own AS is put in front.
    package var asPathPrepend: Int?
    /// Where it comes from.
    package var sources: [RouteSourceDocument]
}

package struct PlannedService: Encodable, Hashable, Sendable {
    package var namespace: String
    package var name: String
    /// Its load balancer addresses.
    package var addresses: [String]
    /// The addresses it has before the change, when they differ.
    package var previousAddresses: [String]?
    /// What allocation says.
    package var conditions: [Condition]
}

/// One resource of ours.
package struct PlannedResource: Encodable, Hashable, Sendable {
    package var kind: String
    package var name: String
    /// Its conditions by type, without times.
    package var conditions: [Condition]
}
