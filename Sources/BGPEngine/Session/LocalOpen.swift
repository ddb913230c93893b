import BGPTypes
package import BGPWire

extension PeerConfiguration {
    /// The OPEN that this node sends to the peer.
    ///
    /// `restarted` sets the R bit: the speaker has come back after a restart and owes its End-of-RIB (RFC 4724 §3). The
    /// F bit is always set: service traffic is forwarded by the kernel, which a restarting speaker does not touch. So is
    /// the N bit (RFC 8538), since routes then outlive an expired hold timer as well. As this node uses no routes of its
    /// peers, it keeps none of them itself: what it offers is about its own.
    package func open(restarted: Bool) -> Open {
        var capabilities: [Capability] = families.map { .multiprotocol($0) }
        capabilities += [.routeRefresh, .enhancedRouteRefresh, .fourOctetAS(localAS), .extendedMessages]
        if offersExtendedNextHop { capabilities.append(.extendedNextHop([.ipv4OverIPv6])) }
        if let restartTime {
            capabilities.append(
                .gracefulRestart(
                    GracefulRestart(
                        restarted: restarted,
                        notifications: true,
                        restartTime: restartTime,
                        families: families.map { GracefulRestart.FamilyState($0, forwardingPreserved: true) }
                    )
                )
            )
            if let longLivedStaleTime {
                capabilities.append(
                    .longLivedGracefulRestart(
                        families.map {
                            LongLivedGracefulRestart($0, forwardingPreserved: true, staleTime: longLivedStaleTime)
                        }
                    )
                )
            }
        }
        return Open(
            asNumber: localAS,
            holdTime: HoldTime(rawValue: timers.holdTime) ?? .standard,
            routerID: routerID,
            capabilities: capabilities
        )
    }

    /// IPv4 routes over an IPv6 connection may need an IPv6 next hop (RFC 8950).
    var offersExtendedNextHop: Bool {
        families.contains(.ipv4Unicast) && remote.address.family == .ipv6
    }
}
