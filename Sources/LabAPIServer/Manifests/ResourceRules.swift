import BGPResources
package import KubeJSON
package import KubeModel

/// The rules of our kinds that a real API server evaluates as CEL, from the same types that the programs use.
package enum ResourceRules {
    /// What breaks a rule; empty for kinds that are not ours.
    package static func faults(_ type: ResourceType, _ object: JSONValue) -> [FieldError] {
        switch type.kind {
        case BGPClusterConfig.type.kind: check(object, as: BGPClusterConfig.self)
        case BGPPeerConfig.type.kind: check(object, as: BGPPeerConfig.self)
        case BGPAdvertisement.type.kind: check(object, as: BGPAdvertisement.self)
        case BGPNodeConfig.type.kind: check(object, as: BGPNodeConfig.self)
        case BGPNodeConfigOverride.type.kind: check(object, as: BGPNodeConfigOverride.self)
        case LoadBalancerIPPool.type.kind: check(object, as: LoadBalancerIPPool.self)
        default: []
        }
    }

    /// What the schema lets through and the type cannot hold is none of the rules' business: the programs report it.
    private static func check<Object: ValidatableResource>(_ object: JSONValue, as kind: Object.Type) -> [FieldError] {
        (try? JSON.decode(kind, from: object))?.validate() ?? []
    }
}
