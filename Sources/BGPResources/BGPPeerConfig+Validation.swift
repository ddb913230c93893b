package import KubeJSON
import KubeModel

extension BGPPeerConfig: ValidatableResource {
    /// The bounds and rules of `crds/bgppeerconfigs.yaml`.
    package func validate() -> [FieldError] {
        var validation = Validation()
        validation.number(spec.transport?.peerPort, in: Bound.port, at: "spec.transport.peerPort")
        validation.text(
            spec.transport?.sourceInterface,
            length: Bound.interfaceName,
            at: "spec.transport.sourceInterface"
        )
        if let timers = spec.timers { validation.timers(timers, at: "spec.timers") }
        validation.text(spec.authSecretRef, length: Bound.objectName, at: "spec.authSecretRef")
        validation.number(
            spec.gracefulRestart?.restartTimeSeconds,
            in: 1...4095,
            at: "spec.gracefulRestart.restartTimeSeconds"
        )
        validation.number(
            spec.gracefulRestart?.longLivedStaleTimeSeconds,
            in: 1...16_777_215,
            at: "spec.gracefulRestart.longLivedStaleTimeSeconds"
        )
        validation.number(spec.ebgpMultihop, in: 1...255, at: "spec.ebgpMultihop")
        validation.number(spec.ttlSecurity, in: 1...254, at: "spec.ttlSecurity")
        validation.rule(
            spec.ebgpMultihop == nil || spec.ttlSecurity == nil,
            at: "spec",
            "ebgpMultihop and ttlSecurity exclude each other"
        )
        validation.number(spec.prefixLimit, in: 1...2_147_483_647, at: "spec.prefixLimit")
        validation.number(spec.announceLimit, in: 1...2_147_483_647, at: "spec.announceLimit")
        validation.count(spec.families, in: 0...16, at: "spec.families")
        validation.unique(spec.families.map(\.family), at: "spec.families")
        validation.each(spec.families, at: "spec.families") { validation, family, path in
            validation.selector(family.advertisements, at: path.field("advertisements"))
        }
        return validation.errors
    }
}

extension Validation {
    fileprivate mutating func timers(_ timers: BGPPeerConfig.Timers, at path: FieldPath) {
        number(timers.connectRetryTimeSeconds, in: 1...2_147_483_647, at: path.field("connectRetryTimeSeconds"))
        number(timers.holdTimeSeconds, in: 3...65535, at: path.field("holdTimeSeconds"))
        number(timers.keepAliveTimeSeconds, in: 1...65535, at: path.field("keepAliveTimeSeconds"))
        rule(
            timers.keepAliveTimeSeconds ?? 1 <= timers.holdTimeSeconds ?? SessionDefault.holdTimeSeconds,
            at: path,
            "keepAliveTimeSeconds must not exceed holdTimeSeconds, which is 90 when absent"
        )
    }
}
