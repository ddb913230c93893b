import BGPTypes
import TestSupport

extension ExaBGP {
    /// The `neighbor` section for this peering.
    static func neighbor(_ peering: Peering) -> String {
        let families = peering.families.map { $0 == .ipv4 ? "ipv4 unicast;" : "ipv6 unicast;" }
        return """
            neighbor \(peering.nodeAddress) {
              router-id 10.0.0.254;
              local-address \(peering.routerAddress);
              local-as \(peering.routerAS);
              peer-as \(peering.nodeAS);
              \(peering.password.map { "md5-password '\($0)';" } ?? "")
              \(peering.hasTTLSecurity ? "outgoing-ttl 255; incoming-ttl 255;" : "")
              capability { route-refresh enable; asn4 enable; \(peering.nodeLacksIPv4 ? "nexthop enable;" : "") }
              family { \(families.joined(separator: " ")) }
              \(peering.nodeLacksIPv4 ? "nexthop { ipv4 unicast ipv6; }" : "")
              api { processes [ journal ]; neighbor-changes; receive { parsed; update; } }
            }
            """
    }
}
