import BGPEngine
import BGPTypes
import BGPWire

/// A node in AS 65001 and a router in AS 65000 that is up to no good.
enum SomePeer {
    static func routerID(_ number: UInt32) -> RouterID {
        guard let routerID = RouterID(rawValue: number) else { preconditionFailure("\(number) is no identifier") }
        return routerID
    }

    /// The router as the node has it configured.
    static func configuration(
        families: [RouteFamily] = [.ipv4Unicast],
        restartTime: UInt16? = nil,
        isInternal: Bool = false,
        timers: PeerTimers = PeerTimers(),
        isPassive: Bool = false
    ) -> PeerConfiguration {
        PeerConfiguration(
            name: "router",
            remote: ScopedAddress(.v4(IPv4Address(10, 0, 0, 1))),
            remoteAS: isInternal ? 65001 : 65000,
            localAS: 65001,
            routerID: routerID(0x0A00_000C),
            timers: timers,
            families: families,
            restartTime: restartTime,
            isPassive: isPassive
        )
    }

    /// The router's OPEN.
    static func open(
        isInternal: Bool = false,
        fourOctetAS: Bool = true,
        notifications: Bool = false,
        routerID number: UInt32 = 0x0A00_0001
    ) -> Open {
        let asNumber: ASNumber = isInternal ? 65001 : 65000
        var capabilities: [Capability] = [
            .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh,
            .gracefulRestart(
                GracefulRestart(
                    restarted: false,
                    notifications: notifications,
                    restartTime: 120,
                    families: [GracefulRestart.FamilyState(.ipv4Unicast, forwardingPreserved: true)]
                )
            ),
        ]
        if fourOctetAS { capabilities.append(.fourOctetAS(asNumber)) }
        return Open(
            asNumber: asNumber,
            holdTime: .standard,
            routerID: routerID(number),
            capabilities: capabilities
        )
    }
}
