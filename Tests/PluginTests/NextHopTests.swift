import BGPResources
import KubeJSON
import KubeModel
import PlainText
import Testing
import kubectl_bgp

/// What `peers` says of next hops.
@Suite struct NextHopTests {
    private func why(_ ipv6: String) throws -> [String] {
        let config = try JSON.decode(
            BGPNodeConfig.self,
            from: """
                {"metadata": {"name": "node1"},
                 "spec": {"bgpInstances": [{"name": "rack-1", "localASN": 65001, "peers": [
                   {"name": "tor", "peerAddress": "172.16.10.1", "peerASN": 65000}]}]},
                 "status": {"bgpInstances": [{"name": "rack-1", "localASN": 65001, "peers": [
                   {"name": "tor", "peerAddress": "172.16.10.1", "peerASN": 65000, "peeringState": "established",
                    "negotiated": {"fourByteASN": true, "families": [
                      {"afi": "ipv4", "safi": "unicast"}, {"afi": "ipv6", "safi": "unicast"}]},
                    "routeCount": [
                      {"afi": "ipv4", "safi": "unicast", "received": 0, "advertised": 3, "nextHop": "172.16.10.11"},
                      {"afi": "ipv6", "safi": "unicast", "received": 0, "advertised": 0, \(ipv6)}]}]}]}}
                """
        )
        let reports = PeerReport.all(of: config)
        return reports.flatMap { PeerTable.rows(of: $0, now: Timestamp(secondsSinceEpoch: 1_800_000_000)) }
            .compactMap { $0.last?.text }
    }

    @Test func `a peer whose routes lack a next hop shows why, and what to do`() throws {
        #expect(
            try why(#""nextHopProblem": "NoNextHop""#) == [
                "-",
                "no next hop: the node has no IPv6 address that rack-1/tor could be told, so ipv6/unicast is withheld; "
                    + "give node1 an IPv6 address of its own on the device that leads to rack-1/tor, or drop the family "
                    + "from its BGPPeerConfig",
            ]
        )
        #expect(
            try why(#""nextHop": "::1", "nextHopProblem": "LoopbackNextHop""#).last
                == "the next hop of ipv6/unicast is a loopback address, which rack-1/tor cannot pass on; "
                + "give node1 an IPv6 InternalIP that one of its devices has"
        )
        #expect(try why(#""nextHop": "fd00:16::11""#) == ["-", "-"])
    }
}
