import BGPTypes
package import KubeJSON
import KubeModel

extension LoadBalancerIPPool: ValidatableResource {
    /// The bounds and rules of `crds/loadbalancerippools.yaml`.
    ///
    /// A `stop` below `start` is out of a schema's reach and is found where the blocks are read as ranges.
    package func validate() -> [FieldError] {
        var validation = Validation()
        validation.count(spec.blocks, in: 1...64, at: "spec.blocks")
        validation.each(spec.blocks, at: "spec.blocks") { validation, block, path in
            validation.block(block, at: path)
        }
        validation.selector(spec.serviceSelector, at: "spec.serviceSelector")
        validation.number(spec.priority, in: -1_000_000...1_000_000, at: "spec.priority")
        validation.count(spec.excluded, in: 0...256, at: "spec.excluded")
        validation.unique(spec.excluded, at: "spec.excluded")
        validation.each(spec.excluded, at: "spec.excluded") { validation, text, path in
            validation.text(text, length: 2...45, at: path)
            validation.rule(
                IPAddress(text)?.isPlain ?? IPPrefix(text)?.address.isPlain ?? false,
                at: path,
                "expected an address, or a prefix without host bits such as 192.0.2.0/24"
            )
        }
        validation.number(spec.maxPerService, in: 1...256, at: "spec.maxPerService")
        return validation.errors
    }
}

extension Validation {
    fileprivate mutating func block(_ block: LoadBalancerIPPool.Block, at path: FieldPath) {
        rule((block.cidr == nil) != (block.start == nil), at: path, "exactly one of cidr and start must be set")
        rule(block.start != nil || block.stop == nil, at: path, "stop can be set with start only")
        if let start = block.start, let stop = block.stop {
            rule(start.contains(":") == stop.contains(":"), at: path, "start and stop must be of one family")
        }
        network(block.cidr, at: path.field("cidr"))
        address(block.start, at: path.field("start"))
        address(block.stop, at: path.field("stop"))
    }

    private mutating func network(_ cidr: String?, at path: FieldPath) {
        guard let cidr else { return }
        text(cidr, length: 3...43, at: path)
        let prefix = IPPrefix(cidr)
        rule(prefix?.address.isPlain ?? false, at: path, "expected a prefix without host bits such as 192.0.2.0/24")
        rule(prefix?.length != 0, at: path, "a pool cannot be the whole internet")
    }

    private mutating func address(_ address: String?, at path: FieldPath) {
        guard let address else { return }
        text(address, length: 2...45, at: path)
        rule(IPAddress(address)?.isPlain ?? false, at: path, "expected an IPv4 or IPv6 address")
    }
}

extension IPAddress {
    /// Whether the address is not IPv4 in the form of IPv6, as Kubernetes wants it (CEL functions isIP and isCIDR).
    fileprivate var isPlain: Bool {
        if case .v6(let address) = self { return !address.isIPv4Mapped }
        return true
    }
}
