package import BGPTypes
package import KubeModel

/// Settings of a session that many peers share.
package struct BGPPeerConfig: KubeObject {
    package static let type = ResourceType.martlet(kind: "BGPPeerConfig", plural: "bgppeerconfigs")

    /// Name, labels and the rest of the object's metadata.
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

extension BGPPeerConfig {
    /// What the user asks for.
    package struct Spec: Codable, Hashable, Sendable {
        /// Port and source of the connection.
        package var transport: Transport?
        /// How often, and how long until a silent peer is considered down.
        package var timers: Timers?
        /// The Secret in the speakers' namespace whose key `password` signs the session (RFC 2385).
        package var authSecretRef: String?
        /// Whether the peer keeps our routes while the speaker restarts (RFC 4724); absent is no.
        package var gracefulRestart: GracefulRestart?
        /// How many hops an external peer may be away, 1 to 255; absent is 1.
        ///
        /// Without effect on internal peers. Excludes `ttlSecurity`.
        package var ebgpMultihop: Int?
        /// How many hops the peer may be away, 1 to 254, with packets from further away dropped (RFC 5082).
        ///
        /// Absent is no check. Excludes `ebgpMultihop`.
        package var ttlSecurity: Int?
        /// How many prefixes the peer may announce in each family; one more ends the session (RFC 4486).
        ///
        /// Absent is no limit.
        package var prefixLimit: Int?
        /// How many prefixes the node announces to the peer in each family; further ones are held back.
        ///
        /// Absent is no limit.
        package var announceLimit: Int?
        /// What the session carries; empty is `ipv6/unicast` and `ipv4/unicast` with nothing to announce.
        @EmptyWhenAbsent package var families: [FamilyEntry]

        /// Settings of a session; everything absent is its default.
        package init(
            transport: Transport? = nil,
            timers: Timers? = nil,
            authSecretRef: String? = nil,
            gracefulRestart: GracefulRestart? = nil,
            ebgpMultihop: Int? = nil,
            ttlSecurity: Int? = nil,
            prefixLimit: Int? = nil,
            announceLimit: Int? = nil,
            families: [FamilyEntry] = []
        ) {
            self.transport = transport
            self.timers = timers
            self.authSecretRef = authSecretRef
            self.gracefulRestart = gracefulRestart
            self.ebgpMultihop = ebgpMultihop
            self.ttlSecurity = ttlSecurity
            self.prefixLimit = prefixLimit
            self.announceLimit = announceLimit
            self.families = families
        }
    }

    /// Port and source of the connection.
    package struct Transport: Codable, Hashable, Sendable {
        /// The TCP port that is dialled, 1 to 65535; absent is 179.
        package var peerPort: Int?
        /// The interface whose one address of the peer's family is the source; absent leaves it to the kernel.
        package var sourceInterface: String?

        /// Port and source of a connection.
        package init(peerPort: Int? = nil, sourceInterface: String? = nil) {
            self.peerPort = peerPort
            self.sourceInterface = sourceInterface
        }
    }

    /// The session's timers, in seconds.
    package struct Timers: Codable, Hashable, Sendable {
        /// Time between attempts to connect, 1 to 2147483647; absent is 120.
        package var connectRetryTimeSeconds: Int?
        /// Silence after which the peer is considered down, 3 to 65535; absent is 90.
        package var holdTimeSeconds: Int?
        /// Time between KEEPALIVE messages, 1 to 65535 and at most the hold time.
        ///
        /// Absent is 30, or a third of the hold time when that is less.
        package var keepAliveTimeSeconds: Int?

        /// Timers of a session.
        package init(
            connectRetryTimeSeconds: Int? = nil,
            holdTimeSeconds: Int? = nil,
            keepAliveTimeSeconds: Int? = nil
        ) {
            self.connectRetryTimeSeconds = connectRetryTimeSeconds
            self.holdTimeSeconds = holdTimeSeconds
            self.keepAliveTimeSeconds = keepAliveTimeSeconds
        }
    }

    /// Keeping routes over a restart (RFC 4724).
    package struct GracefulRestart: Codable, Hashable, Sendable {
        /// Whether it is offered.
        package var enabled: Bool
        /// How long the peer keeps the routes, in seconds, 1 to 4095; absent is 120.
        package var restartTimeSeconds: Int?

        /// How long the peer may keep the routes beyond that, in seconds, 1 to 16777215 (RFC 9494); absent is not at all.
        package var longLivedStaleTimeSeconds: Int?

        /// Offers graceful restart, or not.
        package init(enabled: Bool, restartTimeSeconds: Int? = nil, longLivedStaleTimeSeconds: Int? = nil) {
            self.enabled = enabled
            self.restartTimeSeconds = restartTimeSeconds
            self.longLivedStaleTimeSeconds = longLivedStaleTimeSeconds
        }
    }

    /// A family that the session carries, and what is announced in it.
    package struct FamilyEntry: Codable, Hashable, Sendable {
        /// What kind of addresses.
        package var afi: RouteFamily.AFI
        /// Which use of them.
        package var safi: RouteFamily.SAFI
        /// The `BGPAdvertisement` objects that say what is announced; absent is none, `{}` is all.
        package var advertisements: LabelSelector?

        /// A family of a session.
        package init(
            afi: RouteFamily.AFI,
            safi: RouteFamily.SAFI,
            advertisements: LabelSelector? = nil
        ) {
            self.afi = afi
            self.safi = safi
            self.advertisements = advertisements
        }

        /// `afi` and `safi` together.
        package var family: RouteFamily { RouteFamily(afi: afi, safi: safi) }
    }

    /// What the operator found.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]
        /// How many peers of all ClusterConfigs refer to this object.
        package var usedByPeers: Int?

        /// A status.
        package init(conditions: [Condition] = [], usedByPeers: Int? = nil) {
            self.conditions = conditions
            self.usedByPeers = usedByPeers
        }
    }
}
