import BGPEngine
import BGPTypes
import BGPWire
import Testing

/// A router in AS 65000 and a node in AS 65001, as most tests have them.
enum Fixture {
    static func peer(
        remoteAS: ASNumber = 65000,
        timers: PeerTimers = PeerTimers(holdTime: 90, keepalive: 30, connectRetry: 120),
        families: [RouteFamily] = [.ipv4Unicast],
        restartTime: UInt16? = nil,
        isPassive: Bool = false
    ) throws -> PeerConfiguration {
        PeerConfiguration(
            name: "router",
            remote: try address("10.0.0.1"),
            remoteAS: remoteAS,
            localAS: 65001,
            routerID: try routerID("10.0.0.12"),
            timers: timers,
            families: families,
            restartTime: restartTime,
            isPassive: isPassive
        )
    }

    /// The router's OPEN.
    static func open(
        asNumber: ASNumber = 65000,
        holdTime: UInt16 = 90,
        routerID: String = "10.0.0.1",
        capabilities: [Capability] = [.multiprotocol(.ipv4Unicast), .routeRefresh]
    ) throws -> Open {
        Open(
            asNumber: asNumber,
            holdTime: try #require(HoldTime(rawValue: holdTime)),
            routerID: try Self.routerID(routerID),
            capabilities: capabilities
        )
    }

    static func gracefulRestart(notifications: Bool) -> Capability {
        .gracefulRestart(
            GracefulRestart(
                restarted: false,
                notifications: notifications,
                restartTime: 120,
                families: [GracefulRestart.FamilyState(.ipv4Unicast, forwardingPreserved: true)]
            )
        )
    }

    static func address(_ text: String) throws -> ScopedAddress { try #require(ScopedAddress(text)) }
    static func routerID(_ text: String) throws -> RouterID { try #require(RouterID(text)) }
    static func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

    /// A session that has gone through both OPENs.
    static func established(
        _ configuration: PeerConfiguration,
        _ open: Open
    ) -> SessionStateMachine {
        var (machine, _) = SessionStateMachine.start(configuration, restarted: false)
        _ = machine.handle(.received(.open(open)))
        _ = machine.handle(.received(.keepalive))
        return machine
    }
}
