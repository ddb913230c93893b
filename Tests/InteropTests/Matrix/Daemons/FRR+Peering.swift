import BGPTypes
import TestSupport

extension FRR {
    /// bgpd's configuration for this peering.
    static func configuration(_ peering: Peering) -> String {
        let node = "neighbor \(peering.nodeAddress)"
        let families = peering.families.map { family in
            """
             address-family \(family == .ipv4 ? "ipv4" : "ipv6") unicast
              \(node) activate
             exit-address-family
            """
        }
        return """
            router bgp \(peering.routerAS)
             bgp router-id 10.0.0.254
             bgp graceful-restart
             no bgp ebgp-requires-policy
             no bgp default ipv4-unicast
             \(node) remote-as \(peering.nodeAS)
             \(node) timers connect 1
             \(peering.password.map { "\(node) password \($0)" } ?? "!")
             \(peering.hasTTLSecurity ? "\(node) ttl-security hops 1" : "!")
             \(peering.nodeLacksIPv4 ? "\(node) capability extended-nexthop" : "!")
            \(families.joined(separator: "\n"))
            """
    }
}
