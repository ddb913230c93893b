import TestSupport

extension FailureRow {
    private static let node = " neighbor 10.0.0.1 remote-as 65001\n"

    /// No connection comes about.
    static let dialling = [
        FailureRow(
            what: "BGP listens on another port",
            router: .bird("", port: 1179),
            says: Words(
                reason: "ConnectionRefused",
                seen: "10.0.0.254 refused the connection",
                cause: "no BGP runs there",
                fix: "add: neighbor 10.0.0.1 remote-as 65001"
            )
        ),
        FailureRow(
            what: "a firewall drops the port",
            before: { try await $0.routerHost.block(tcpPort: 179) },
            says: Words(
                reason: "ConnectionTimedOut",
                seen: "10.0.0.254 did not answer",
                cause: "a firewall drops TCP 179",
                fix: "check firewalls between 10.0.0.1 and the router"
            )
        ),
        FailureRow(
            what: "no route to the peer",
            router: .none,
            node: NodeSide(peerAddress: "203.0.113.77"),
            says: Words(
                reason: "NoRoute",
                seen: "this node has no route to 203.0.113.77",
                cause: "peerAddress is wrong",
                fix: "ip route get 203.0.113.77"
            )
        ),
        FailureRow(
            what: "nobody at the peer's address",
            router: .none,
            node: NodeSide(peerAddress: "10.0.0.77"),
            says: Words(
                reason: "Unreachable",
                seen: "nothing answers at 10.0.0.77 on the link of 10.0.0.1",
                cause: "the router is down",
                fix: "ip neigh show 10.0.0.77"
            )
        ),
        FailureRow(
            what: "the peer is two hops away, ebgpMultihop is not set",
            router: .frr(node + " neighbor 10.0.0.1 ebgp-multihop 5"),
            node: NodeSide(peerAddress: "10.1.0.254"),
            isRouted: true,
            says: Words(
                reason: "Unreachable",
                seen: "10.1.0.254 is unreachable from 10.0.0.1 with packets of TTL 1",
                cause: "more than one hop away",
                fix: "set ebgpMultihop"
            )
        ),
        FailureRow(
            what: "the source address is not on the node",
            node: NodeSide(localAddress: "10.0.0.77"),
            says: Words(
                reason: "LocalAddressMissing",
                seen: "the local address 10.0.0.77 cannot be used",
                cause: "no interface of this node has it",
                fix: "correct localAddress in the override"
            )
        ),
        FailureRow(
            what: "the source interface does not exist",
            node: NodeSide(peerConfig: ["transport: {sourceInterface: eth9}"]),
            says: Words(
                reason: "SourceInterfaceMissing",
                seen: "the source interface eth9 cannot be used",
                cause: "no interface of that name",
                fix: "correct the interface"
            )
        ),
        FailureRow(
            what: "the router has no password",
            router: .frr(node + " neighbor 10.0.0.1 timers connect 1"),
            node: NodeSide(listens: true, password: "sesame"),
            says: Words(
                reason: "PasswordMismatch",
                seen: "without the expected TCP MD5 signature (TCPMD5NotFound)",
                cause: "10.0.0.254 has no password for 10.0.0.1",
                fix: "set the Secret's password for neighbor 10.0.0.1"
            )
        ),
        FailureRow(
            what: "only the router has a password",
            router: .frr(node + " neighbor 10.0.0.1 timers connect 1\n neighbor 10.0.0.1 password sesame"),
            node: NodeSide(listens: true),
            says: Words(
                reason: "PasswordMismatch",
                seen: "signature that is not expected (TCPMD5Unexpected)",
                cause: "this peer has none",
                fix: "set authSecretRef"
            )
        ),
        FailureRow(
            what: "the passwords differ",
            router: .frr(node + " neighbor 10.0.0.1 timers connect 1\n neighbor 10.0.0.1 password sesame"),
            node: NodeSide(listens: true, password: "tahini"),
            says: Words(
                reason: "PasswordMismatch",
                seen: "wrong TCP MD5 signature (TCPMD5Failure)",
                cause: "differs from the Secret's",
                fix: "make them equal"
            )
        ),
        FailureRow(
            what: "the passwords differ, and only this side dials",
            router: .frr(node + " neighbor 10.0.0.1 passive\n neighbor 10.0.0.1 password sesame"),
            node: NodeSide(password: "tahini"),
            says: Words(
                reason: "ConnectionTimedOut",
                seen: "10.0.0.254 did not answer",
                cause: "the passwords differ or only this side has one",
                fix: "compare the Secret with the router's password for 10.0.0.1"
            )
        ),
    ]
}
