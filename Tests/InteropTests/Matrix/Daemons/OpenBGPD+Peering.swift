import BGPTypes
import TestSupport

extension OpenBGPD {
    /// bgpd's configuration for this peering.
    static func configuration(_ peering: Peering) -> String {
        """
        AS \(peering.routerAS)
        router-id 10.0.0.254
        listen on \(peering.routerAddress)
        connect-retry 1
        neighbor \(peering.nodeAddress) {
          remote-as \(peering.nodeAS)
          announce IPv4 \(peering.families.contains(.ipv4) ? "unicast" : "none")
          announce IPv6 \(peering.families.contains(.ipv6) ? "unicast" : "none")
          announce enhanced refresh yes
          \(peering.password.map { "tcp md5sig password \($0)" } ?? "")
          ttl-security \(peering.hasTTLSecurity ? "yes" : "no")
        }
        allow from any
        """
    }
}
