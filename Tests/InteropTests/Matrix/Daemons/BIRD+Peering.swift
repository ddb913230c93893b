import BGPTypes
import TestSupport

extension BIRD {
    /// The configuration of either generation for this peering; what comes in goes on to the kernel.
    static func configuration(_ generation: Generation, _ peering: Peering) -> String {
        """
        router id 10.0.0.254;
        protocol device { }
        \(kernel(generation, peering))
        protocol bgp node {
          local \(peering.routerAddress) as \(peering.routerAS);
          neighbor \(peering.nodeAddress) as \(peering.nodeAS);
          connect delay time 1; connect retry time 1; error wait time 1, 2;
          graceful restart on;
          \(peering.password.map { "password \"\($0)\";" } ?? "")
          \(peering.hasTTLSecurity ? "ttl security on;" : "")
          \(channels(generation, peering))
        }
        """
    }

    private static func kernel(_ generation: Generation, _ peering: Peering) -> String {
        guard case .two = generation else { return "protocol kernel { import none; export all; }" }
        return peering.families.map { "protocol kernel { \(name($0)) { import none; export all; }; }" }
            .joined(separator: "\n")
    }

    private static func channels(_ generation: Generation, _ peering: Peering) -> String {
        guard case .two = generation else { return "import all; export none;" }
        let nextHop = peering.nodeLacksIPv4 ? "extended next hop on;" : ""
        return peering.families.map { family in
            "\(name(family)) { import all; export none; \(family == .ipv4 ? nextHop : "") };"
        }.joined(separator: " ")
    }

    private static func name(_ family: IPFamily) -> String { family == .ipv4 ? "ipv4" : "ipv6" }
}
