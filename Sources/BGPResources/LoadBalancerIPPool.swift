package import KubeModel
import PlainText

/// Addresses that are handed out to services of type LoadBalancer.
package struct LoadBalancerIPPool: KubeObject {
    package static let type = ResourceType.martlet(kind: "LoadBalancerIPPool", plural: "loadbalancerippools")

    /// Name, labels and the rest of the object's metadata; advertisements choose pools by the labels.
    package var metadata: ObjectMeta
    /// What the user asks for.
    package var spec: Spec
    /// What the operator found; absent until its first look.
    package var status: Status?

    /// An object of this kind.
    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension LoadBalancerIPPool {
    /// What the user asks for.
    package struct Spec: Codable, Hashable, Sendable {
        /// The addresses, 1 to 64 blocks.
        package var blocks: [Block]
        /// Which services are served; absent and `{}` are all.
        package var serviceSelector: LabelSelector?
        /// Whether the first and last address of a `cidr` larger than two addresses are handed out; absent is `Yes`.
        package var allowFirstLastIPs: AllowFirstLastIPs?
        /// Whether handing out is stopped; what is assigned stays.
        package var disabled: Bool?
        /// Pools with higher numbers are used first, -1000000 to 1000000; absent is 0.
        package var priority: Int?
        /// Addresses, or networks in CIDR notation, inside the blocks that are never handed out.
        @EmptyWhenAbsent package var excluded: [String]
        /// How many of the pool's addresses one service may ask for, 1 to 256; absent, or less than the families that it
        /// has, it is as many as those.
        package var maxPerService: Int?

        /// A pool of these blocks.
        package init(
            blocks: [Block],
            serviceSelector: LabelSelector? = nil,
            allowFirstLastIPs: AllowFirstLastIPs? = nil,
            disabled: Bool? = nil,
            priority: Int? = nil,
            excluded: [String] = [],
            maxPerService: Int? = nil
        ) {
            self.blocks = blocks
            self.serviceSelector = serviceSelector
            self.allowFirstLastIPs = allowFirstLastIPs
            self.disabled = disabled
            self.priority = priority
            self.excluded = excluded
            self.maxPerService = maxPerService
        }

        /// `disabled` with its default.
        package var isDisabled: Bool { disabled ?? false }

        /// `priority` with its default.
        package var effectivePriority: Int { priority ?? 0 }
    }

    /// One run of addresses: a network, or a first and a last address.
    package struct Block: Codable, Hashable, Sendable {
        /// A network without host bits; excludes `start` and `stop`.
        package var cidr: String?
        /// The first address; alone it is the only one.
        package var start: String?
        /// The last address, not below `start` and of its family.
        package var stop: String?

        /// A run of addresses.
        package init(cidr: String? = nil, start: String? = nil, stop: String? = nil) {
            self.cidr = cidr
            self.start = start
            self.stop = stop
        }
    }

    /// Whether the first and last address of a network are handed out.
    package enum AllowFirstLastIPs: String, ListedValue {
        case yes = "Yes"
        case no = "No"
    }

    /// What the operator found.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]
        /// How full the pool is in IPv4; absent when it has no such addresses.
        package var ipv4: Usage?
        /// How full the pool is in IPv6; absent when it has no such addresses.
        package var ipv6: Usage?
        /// What keeps the pool from handing out addresses.
        @EmptyWhenAbsent package var conflicts: [Conflict]

        /// A status.
        package init(
            conditions: [Condition] = [],
            ipv4: Usage? = nil,
            ipv6: Usage? = nil,
            conflicts: [Conflict] = []
        ) {
            self.conditions = conditions
            self.ipv4 = ipv4
            self.ipv6 = ipv6
            self.conflicts = conflicts
        }
    }

    /// Addresses of one family, counted; decimal text, since IPv6 has more than a JSON number holds.
    package struct Usage: Codable, Hashable, Sendable {
        /// All addresses of the blocks.
        package var total: String
        /// Those assigned to services.
        package var used: String
        /// Those that can still be assigned.
        package var available: String

        /// Counts addresses.
        package init(total: String, used: String, available: String) {
            self.total = total
            self.used = used
            self.available = available
        }
    }

    /// An overlap.
    package struct Conflict: Codable, Hashable, Sendable {
        /// The block of this pool, as `first-last`.
        package var range: String
        /// The other side, such as `LoadBalancerIPPool/other` or `Node/worker-1`.
        package var with: String
        /// The other side's addresses, as `first-last`.
        package var otherRange: String

        /// States an overlap.
        package init(range: String, with: String, otherRange: String) {
            self.range = range
            self.with = with
            self.otherRange = otherRange
        }
    }
}
