extension FailureRow {
    private static let node = " neighbor 10.0.0.1 remote-as 65001\n"
    /// The router waits for the node's OPEN before it sends its own, so that it is the one to refuse.
    private static let late = " neighbor 10.0.0.1 timers delayopen 5\n"

    /// The connection is made, the session does not come up.
    static let opening = [
        FailureRow(
            what: "FRR does not know the node",
            router: .frr(" neighbor 10.0.0.9 remote-as 65001"),
            says: unknown
        ),
        FailureRow(what: "BIRD does not know the node", router: .bird("", neighbor: "10.0.0.9"), says: unknown),
        FailureRow(what: "GoBGP does not know the node", router: .goBGP("", neighbor: "10.0.0.9"), says: unknown),
        FailureRow(
            what: "OpenBGPD does not know the node",
            router: .openBGPD("neighbor 10.0.0.9 { remote-as 65001 }"),
            says: unknown
        ),
        FailureRow(
            what: "the router's program hangs",
            router: .bird(""),
            before: { try await $0.freezeRouter() },
            says: Words(
                reason: "OpenTimedOut",
                seen: "10.0.0.254 accepted the connection but sends no OPEN",
                cause: "its BGP process hangs",
                fix: "look at what listens there"
            )
        ),
        FailureRow(
            what: "the router is two hops away and has no multihop",
            router: .goBGP(""),
            node: NodeSide(peerConfig: ["ebgpMultihop: 5"], peerAddress: "10.1.0.254"),
            isRouted: true,
            // Until the router takes the connection and sets its TTL, its kernel acknowledges with one of 64, which arrives:
            // how soon it does is not to decide what is seen.
            before: {
                try await $0.routerHost.filter("output", "tcp sport 179 ip ttl 64 tcp flags & (syn) == 0 drop")
            },
            says: Words(
                reason: "TTLMismatch",
                seen: "10.1.0.254 accepted the connection, then nothing came from it any more",
                cause: "it sends to 10.0.0.1 with TTL 1",
                fix: "set multihop for neighbor 10.0.0.1"
            )
        ),
        FailureRow(
            what: "only this side has TTL security",
            router: .bird(""),
            node: NodeSide(peerConfig: ["ttlSecurity: 1"]),
            says: Words(
                reason: "TTLMismatch",
                seen: "a lower TTL than ttlSecurity 1 takes (TCPMinTTLDrop)",
                cause: "10.0.0.254 does not send to 10.0.0.1 with TTL 255",
                fix: "set ttl-security for neighbor 10.0.0.1"
            )
        ),
        FailureRow(
            what: "only the router has TTL security",
            router: .bird("ttl security on;"),
            says: tooClose
        ),
        FailureRow(
            what: "only the router has TTL security, and takes the node's OPEN before it looks",
            router: .bird("ttl security on;"),
            before: { try await $0.freezeRouter() },
            meanwhile: { try await $0.thawRouterOnOpen() },
            says: tooClose
        ),
        FailureRow(
            what: "only the router has TTL security, and closes all connections but the first",
            router: .bird("ttl security on;"),
            says: Words(
                reason: "TTLMismatch",
                seen: "with TTL 1; since then it closes new connections without a word",
                cause: "it has ttl-security for 10.0.0.1",
                fix: "set ttlSecurity to the number of hops"
            )
        ),
        FailureRow(
            what: "the router expects another AS",
            router: .frr(" neighbor 10.0.0.1 remote-as 65099"),
            says: Words(
                reason: "BadPeerAS",
                seen: "10.0.0.254 answered 2/2 Bad Peer AS",
                cause: "it expects another AS from 10.0.0.1, this node is 65001",
                fix: "set neighbor 10.0.0.1 remote-as 65001 on the router",
                notification: .received(2, 2)
            )
        ),
        FailureRow(
            what: "the router is in another AS",
            node: NodeSide(peerASN: 65098),
            says: Words(
                reason: "BadPeerAS",
                seen: "this node answered 10.0.0.254 with 2/2 Bad Peer AS",
                cause: "the router is in AS 65000, peerASN is 65098",
                fix: "set peerASN to 65000",
                notification: .sent(2, 2)
            )
        ),
        FailureRow(
            what: "the router has the node's router id, and notices",
            router: .frr(node + late, asNumber: 65001, routerID: "10.0.0.1"),
            node: NodeSide(peerASN: 65001),
            says: Words(
                reason: "BadRouterID",
                seen: "10.0.0.254 answered 2/3 Bad BGP Identifier",
                cause: "it has the router id 10.0.0.1 itself",
                fix: "set another routerID",
                notification: .received(2, 3)
            )
        ),
        FailureRow(
            what: "the router has the node's router id, and the node notices",
            router: .frr(node, asNumber: 65001, routerID: "10.0.0.1"),
            node: NodeSide(peerASN: 65001),
            says: Words(
                reason: "BadRouterID",
                seen: "2/3 Bad BGP Identifier",
                cause: "10.0.0.1",
                fix: "set another routerID"
            )
        ),
        FailureRow(
            what: "the router takes no hold time as short",
            router: .frr(" bgp minimum-holdtime 60\n" + node),
            node: NodeSide(peerConfig: ["timers: {holdTimeSeconds: 9, keepAliveTimeSeconds: 3}"]),
            says: Words(
                reason: "UnacceptableHoldTime",
                seen: "10.0.0.254 answered 2/6 Unacceptable Hold Time",
                cause: "it does not accept a hold time of 9 seconds",
                fix: "change holdTimeSeconds",
                notification: .received(2, 6)
            )
        ),
        FailureRow(
            what: "the router proposes a hold time of two seconds",
            router: .goBGP("[neighbors.timers.config]\nhold-time = 2\nkeepalive-interval = 1"),
            says: Words(
                reason: "UnacceptableHoldTime",
                seen: "this node answered 10.0.0.254 with 2/6 Unacceptable Hold Time",
                cause: "a hold time of 1 or 2 seconds",
                fix: "at least 3 seconds on the router",
                notification: .sent(2, 6)
            )
        ),
        FailureRow(
            what: "no family in common, and the node notices",
            router: .bird("", family: "ipv6"),
            says: Words(
                reason: "UnsupportedCapability",
                seen: "this node answered 10.0.0.254 with 2/7 Unsupported Capability",
                cause: "none of the families ipv4/unicast, but ipv6/unicast",
                fix: "activate a family for neighbor 10.0.0.1",
                notification: .sent(2, 7)
            )
        ),
        FailureRow(
            what: "no family in common, and the router notices",
            router: .frr(
                " no bgp default ipv4-unicast\n" + node + late
                    + " address-family ipv6 unicast\n  neighbor 10.0.0.1 activate\n exit-address-family"
            ),
            says: Words(
                reason: "UnsupportedCapability",
                seen: "10.0.0.254 answered 2/7 Unsupported Capability",
                cause: "it does not take the family ipv4/unicast",
                fix: "activate it for neighbor 10.0.0.1",
                notification: .received(2, 7)
            )
        ),
    ]

    private static let tooClose = Words(
        reason: "TTLMismatch",
        seen: "sent its OPEN but takes nothing that this node sends with TTL 1",
        cause: "it has ttl-security for 10.0.0.1",
        fix: "set ttlSecurity to the number of hops"
    )
    private static let unknown = Words(
        reason: "ClosedAfterOpen",
        seen: "10.0.0.254 accepted the connection and closed it without an answer to OPEN",
        cause: "it has no neighbor statement for this source address 10.0.0.1",
        fix: "add: neighbor 10.0.0.1 remote-as 65001"
    )
}
