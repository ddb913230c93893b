import BGPResources
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

struct PoolsTests {
    @Test func `every pool and family is a row, with what is wrong as the last`() async throws {
        #expect(
            await run("pools", against: try cluster())
                == Outcome(
                    status: .success,
                    output: """
                        NAME     FAMILY   TOTAL                           USED        FREE                            \
                        CONFLICTS
                        broken   -        -                               -           -                               \
                        spec.blocks[0].cidr: expected a network in CIDR notation, found "x"
                        fresh    -        <unknown>                       <unknown>   <unknown>                       \
                        the operator has not looked at this pool
                        old      ipv4     256                             2           0                               \
                        10.0.0.0-10.0.0.255 overlaps 10.0.0.0-10.0.15.255 of ServiceCIDR/a
                        wide     ipv4     4                               1           3                               \
                        disabled: hands out nothing new
                        wide     ipv6     79228162514264337593543950336   0           79228162514264337593543950336   \
                        disabled: hands out nothing new

                        """,
                    errors: ""
                )
        )
    }

    @Test func `addresses that nodes take from a pool are in its row`() async throws {
        let pool = LoadBalancerIPPool(
            metadata: ObjectMeta(name: "a"),
            spec: .init(blocks: [.init(cidr: "10.0.0.0/24")]),
            status: .init(
                conditions: [
                    Condition(
                        type: "AddressesSpared",
                        status: .true,
                        reason: "NodeAddresses",
                        message: "not handed out: 10.0.0.9 of Node/n1"
                    )
                ],
                ipv4: .init(total: "256", used: "0", available: "255")
            )
        )
        let output = await run("pools", against: FixedCluster(objects: [pool])).output
        #expect(output.hasSuffix("255    not handed out: 10.0.0.9 of Node/n1\n"), "\(output)")
    }

    @Test func `an address is asked for in any form and all who share it are named`() async throws {
        let expected = Outcome(
            status: .success,
            output: """
                ADDRESS       POOL   NAMESPACE   SERVICE   PORTS    SHARING-KEY
                2001:db8::1   wide   dns         tcp       53/TCP   resolver
                2001:db8::1   wide   dns         udp       53/UDP   resolver

                """,
            errors: ""
        )
        #expect(await run("pools", "owners", "2001:db8:0::1", against: try cluster()) == expected)
    }

    @Test(arguments: [
        ("10.9.9.9", "No service has 10.9.9.9, and it is in no pool\n"),
        ("192.0.2.1", "No service has 192.0.2.1, which pool wide has\n"),
        (
            "192.0.2.3",
            "No service has 192.0.2.3, which pool wide keeps back: spec.excluded has it\n"
        ),
    ])
    func `an address without an owner is a finding, with the pool around it`(address: String, errors: String)
        async throws
    {
        #expect(
            await run("pools", "owners", address, against: try cluster())
                == Outcome(status: .findings, output: "", errors: errors)
        )
    }

    @Test func `an invalid address is a usage error`() async throws {
        #expect(
            await run("pools", "owners", "web")
                == Outcome(status: .usage, output: "", errors: "error: 'web' is no IPv4 or IPv6 address\n")
        )
    }

    @Test func `a document names address, pools and services`() async throws {
        #expect(
            await run("pools", "owners", "2001:db8::1", "-o", "yaml", against: try cluster()).output == """
                address: 2001:db8::1
                apiVersion: martlet.dev/v2
                kind: AddressOwners
                pools:
                - wide
                services:
                - name: tcp
                  namespace: dns
                - name: udp
                  namespace: dns

                """
        )
    }

    private func cluster() throws -> FixedCluster {
        FixedCluster(objects: [
            LoadBalancerIPPool(
                metadata: ObjectMeta(name: "old"),
                spec: .init(blocks: [.init(cidr: "10.0.0.0/24")]),
                status: .init(
                    ipv4: .init(total: "256", used: "2", available: "0"),
                    conflicts: [
                        .init(range: "10.0.0.0-10.0.0.255", with: "ServiceCIDR/a", otherRange: "10.0.0.0-10.0.15.255")
                    ]
                )
            ),
            LoadBalancerIPPool(
                metadata: ObjectMeta(name: "wide"),
                spec: .init(
                    blocks: [.init(cidr: "192.0.2.0/30"), .init(cidr: "2001:db8::/32")],
                    disabled: true,
                    excluded: ["192.0.2.3"]
                ),
                status: .init(
                    ipv4: .init(total: "4", used: "1", available: "3"),
                    ipv6: .init(
                        total: "79228162514264337593543950336",
                        used: "0",
                        available: "79228162514264337593543950336"
                    )
                )
            ),
            LoadBalancerIPPool(metadata: ObjectMeta(name: "fresh"), spec: .init(blocks: [.init(start: "10.5.0.1")])),
            LoadBalancerIPPool(
                metadata: ObjectMeta(name: "broken"),
                spec: .init(blocks: [.init(cidr: "x")]),
                status: .init(conditions: [
                    Condition(
                        type: "InvalidBlocks",
                        status: .true,
                        reason: "InvalidBlocks",
                        message: "spec.blocks[0].cidr: expected a network in CIDR notation, found \"x\""
                    )
                ])
            ),
            service("udp", "UDP"), service("tcp", "TCP"),
        ])
    }

    private func service(_ name: String, _ transport: String) -> Service {
        var spec = Service.Spec(type: "LoadBalancer")
        spec.ports = [.init(protocol: transport, port: 53)]
        return Service(
            metadata: ObjectMeta(
                name: name,
                namespace: "dns",
                annotations: ["martlet.dev/sharing-key": "resolver"]
            ),
            spec: spec,
            status: .init(loadBalancer: .init(ingress: [.init(ip: "2001:db8::1")]))
        )
    }
}
