import TestSupport
import Testing
import kubectl_bgp

/// All that is wrong with an object is told at once, so that nobody mends one line a run.
struct FaultsAtOnceTests {
    private static func errors(_ text: String) async throws -> [String] {
        let files = try TemporaryDirectory("lint")
        let path = try files.write(text, to: "f.yaml")
        let outcome = await run("lint", "-f", path)
        #expect(outcome.status == .failure)
        return outcome.output.split(separator: "\n").filter { $0.contains(": error: ") }.map {
            String($0).replacing(path, with: "f")
        }
    }

    @Test func `wrong types, unknown fields and broken rules are reported together`() async throws {
        let text = """
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec:
              timers: {holdTimeSeconds: 9s, connectRetryTimeSeconds: fast, keepAlive: 3}
              ebgpMultiHop: 3
              prefixLimit: 0
              transport: {peerPort: 700000}
              families:
                - {afi: ipv4, safi: unicast}
                - {afi: IPv6, safi: unicast}

            """
        #expect(
            try await Self.errors(text) == [
                "f:5:29: error: BGPPeerConfig/tor: spec.timers.holdTimeSeconds: expected an integer, found \"9s\" (InvalidField)",
                "f:5:58: error: BGPPeerConfig/tor: spec.timers.connectRetryTimeSeconds: expected an integer, found \"fast\" "
                    + "(InvalidField)",
                "f:5:64: error: BGPPeerConfig/tor: spec.timers.keepAlive: unknown field, did you mean keepAliveTimeSeconds? "
                    + "(UnknownField)",
                "f:6:3: error: BGPPeerConfig/tor: spec.ebgpMultiHop: unknown field, did you mean ebgpMultihop? (UnknownField)",
                "f:7:16: error: BGPPeerConfig/tor: spec.prefixLimit: expected a number of 1 to 2147483647, found 0 "
                    + "(InvalidSpec)",
                "f:8:25: error: BGPPeerConfig/tor: spec.transport.peerPort: expected a number of 1 to 65535, found 700000 "
                    + "(InvalidSpec)",
                "f:11:13: error: BGPPeerConfig/tor: spec.families[1].afi: expected one of ipv4, ipv6, l2vpn, ls, opaque, "
                    + "found \"IPv6\" (InvalidField)",
            ]
        )
    }

    @Test func `faults in several elements of a list are reported with missing required fields`() async throws {
        let text = """
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack}
            spec:
              nodeselector: {matchLabels: {a: b}}
              bgpInstances:
                - localASN: 65001
                  peers:
                    - {name: a, peerAddress: 10.0.0.1/32, peerASN: "65000"}
                    - {peerAddress: 10.0.0.2, peerASN: 65000, peerPort: 179}
                    - tor-c
                - {name: second, localASN: -1}

            """
        let told = try await Self.errors(text)
        let expected: [String] = [
            "spec.nodeselector: unknown field, did you mean nodeSelector? (UnknownField)",
            "spec.bgpInstances[0].name: missing required field (InvalidField)",
            "spec.bgpInstances[0].peers[0].peerAddress: expected an IPv4 or IPv6 address, with %interface for link-local ones only, found \"10.0.0.1/32\"; drop the mask",
            "spec.bgpInstances[0].peers[0].peerASN: expected an integer of 64 bits, found \"65000\" (InvalidField)",
            "spec.bgpInstances[0].peers[1].name: missing required field (InvalidField)",
            "spec.bgpInstances[0].peers[1].peerPort: unknown field, spec.bgpInstances[0].peers[1] has autoDiscovery, name, peerASN, peerAddress, peerConfigRef (UnknownField)",
            "spec.bgpInstances[0].peers[2]: expected an object, found \"tor-c\" (InvalidField)",
            "spec.bgpInstances[1].localASN: expected an AS number of 0 to 4294967295, found -1 (InvalidField)",
        ]
        let fields = told.map { $0.split(separator: ": ").dropFirst(3).prefix(2).joined(separator: ": ") }
        #expect(fields == expected)
    }

    @Test func `each fault of a block is reported once, and a misspelt field not as missing as well`() async throws {
        let text = """
            apiVersion: martlet.dev/v2
            kind: LoadBalancerIPPool
            metadata: {name: public}
            spec:
              priority: high
              blocks:
                - {cidr: 192.0.2.1/24}
                - {start: 192.0.2.9, stop: 192.0.2.1}
                - {cdir: 192.0.2.0/25}

            """
        let told = try await Self.errors(text)
        let expected: [String] = [
            "f:5:13: spec.priority: expected an integer, found \"high\" (InvalidField)",
            "f:7:14: spec.blocks[0].cidr: expected a network without host bits such as 192.0.2.0/24, found 192.0.2.1/24 (InvalidBlocks)",
            "f:9:8: spec.blocks[2].cdir: unknown field, did you mean cidr? (UnknownField)",
        ]
        let lines = told.map { $0.replacing(": error: LoadBalancerIPPool/public", with: "") }
        #expect(lines.filter { !$0.hasPrefix("f:8:") } == expected)
        #expect(lines.count == 4)
    }

    @Test func `all faults of a Service are reported, although its type holds only some of its fields`() async throws {
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              type: 5
              externalIPs: 192.0.2.1
              ports: [{port: http}, {port: 80}, {port: "443"}]

            """
        let told = try await Self.errors(text)
        #expect(
            told.map { $0.split(separator: ": ").dropFirst(3).prefix(2).joined(separator: ": ") } == [
                "spec.type: expected a string, found 5 (InvalidField)",
                "spec.externalIPs: expected a list, found \"192.0.2.1\" (InvalidField)",
                "spec.ports[0].port: expected an integer of -2147483648 to 2147483647, found \"http\" (InvalidField)",
                "spec.ports[2].port: expected an integer of -2147483648 to 2147483647, found \"443\" (InvalidField)",
            ],
            "\(told)"
        )
    }
}
