package import KubeJSON
import KubeModel

extension BGPNodeConfigOverride: ValidatableResource {
    /// The bounds and rules of `crds/bgpnodeconfigoverrides.yaml`.
    package func validate() -> [FieldError] {
        var validation = Validation()
        validation.count(spec.bgpInstances, in: Bound.instances, at: "spec.bgpInstances")
        validation.unique(spec.bgpInstances.map(\.name), at: "spec.bgpInstances")
        validation.each(spec.bgpInstances, at: "spec.bgpInstances") { validation, instance, path in
            validation.text(instance.name, length: Bound.name, at: path.field("name"))
            validation.number(instance.localPort, in: Bound.port, at: path.field("localPort"))
            validation.autonomousSystem(instance.localASN, at: path.field("localASN"))
            validation.count(instance.peers, in: Bound.peers, at: path.field("peers"))
            validation.unique(instance.peers.map(\.name), at: path.field("peers"))
            validation.each(instance.peers, at: path.field("peers")) { validation, peer, path in
                validation.text(peer.name, length: Bound.name, at: path.field("name"))
                validation.number(peer.localPort, in: Bound.port, at: path.field("localPort"))
            }
        }
        return validation.errors
    }
}
