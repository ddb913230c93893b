import BGPTypes
import TestSupport

extension GoBGP {
    /// gobgpd's configuration for this peering.
    static func configuration(_ peering: Peering) -> String {
        let families = peering.families.map { family in
            """
              [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                  afi-safi-name = "\(family == .ipv4 ? "ipv4" : "ipv6")-unicast"
                [neighbors.afi-safis.mp-graceful-restart.config]
                  enabled = true
            """
        }
        return """
            [global]
              [global.config]
                as = \(peering.routerAS)
                router-id = "10.0.0.254"
            [[neighbors]]
              [neighbors.config]
                neighbor-address = "\(peering.nodeAddress)"
                peer-as = \(peering.nodeAS)
                auth-password = "\(peering.password ?? "")"
              [neighbors.timers.config]
                connect-retry = 1
                idle-hold-time-after-reset = 1
              [neighbors.transport.config]
                local-address = "\(peering.routerAddress)"
              [neighbors.graceful-restart.config]
                enabled = true
                restart-time = 60
              [neighbors.ttl-security.config]
                enabled = \(peering.hasTTLSecurity)
                ttl-min = 255
            \(families.joined(separator: "\n"))
            """
    }
}
