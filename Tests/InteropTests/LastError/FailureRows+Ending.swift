import TestSupport

extension FailureRow {
    private static let node = " neighbor 10.0.0.1 remote-as 65001\n"
    private static let shortTimers = "timers: {holdTimeSeconds: 3, keepAliveTimeSeconds: 1}"

    /// The session comes up and ends.
    static let ending = [
        FailureRow(
            what: "the router announces more than prefixLimit",
            router: .frr(
                node + " address-family ipv4 unicast\n  network 10.8.0.1/32\n  network 10.8.0.2/32\n"
                    + " exit-address-family"
            ),
            node: NodeSide(peerConfig: ["prefixLimit: 1"]),
            says: Words(
                reason: "PrefixLimitExceeded",
                seen: "10.0.0.254 sent more than 1 prefixes of ipv4/unicast",
                cause: "the peer's prefixLimit is 1",
                fix: "raise prefixLimit",
                notification: .sent(6, 1)
            )
        ),
        FailureRow(
            what: "the node announces more than the router takes",
            router: .frr(
                node + " address-family ipv4 unicast\n  neighbor 10.0.0.1 maximum-prefix 1\n exit-address-family"
            ),
            says: Words(
                reason: "PrefixLimitExceeded",
                seen: "10.0.0.254 answered 6/1 Maximum Number of Prefixes Reached: ipv4/unicast, limit 1",
                cause: "this node announces more prefixes than the router takes",
                fix: "raise maximum-prefix for neighbor 10.0.0.1",
                notification: .received(6, 1)
            )
        ),
        FailureRow(
            what: "the router's operator shuts the session down",
            after: { try await $0.router?.tell("conf t\nrouter bgp\nneighbor 10.0.0.1 shutdown message moving racks") },
            says: Words(
                reason: "AdministrativeShutdown",
                seen: "10.0.0.254 answered 6/2 Administrative Shutdown: \"moving racks\"",
                cause: "someone shut the session down on the router",
                fix: "ask its operator",
                notification: .received(6, 2, "moving racks")
            )
        ),
        FailureRow(
            what: "a router that shut the session down listens no more",
            router: .bird(""),
            after: { try await $0.router?.tell("disable node \"night-work\"") },
            says: Words(
                reason: "AdministrativeShutdown",
                seen: "6/2 Administrative Shutdown: \"night-work\"; since then it refuses new connections",
                cause: "someone shut the session down on the router",
                fix: "ask its operator",
                notification: .received(6, 2, "night-work")
            )
        ),
        FailureRow(
            what: "the router's operator resets the session",
            router: .bird(""),
            after: { try await $0.router?.tell("restart node \"be-right-back\"") },
            says: Words(
                reason: "AdministrativeReset",
                seen: "10.0.0.254 answered 6/4 Administrative Reset: \"be-right-back\"",
                cause: "someone reset the session on the router",
                fix: "nothing need be done",
                notification: .received(6, 4, "be-right-back")
            )
        ),
        FailureRow(
            what: "the router resets a session with graceful restart for good",
            router: .frr(" bgp graceful-restart\n bgp graceful-restart notification\n" + node),
            node: NodeSide(peerConfig: ["gracefulRestart: {enabled: true}"]),
            after: { try await $0.router?.tell("clear bgp 10.0.0.1") },
            says: Words(
                reason: "AdministrativeReset",
                seen: "10.0.0.254 answered 6/9 Hard Reset: Cease, Administrative Reset (6/4)",
                cause: "someone reset the session on the router",
                fix: "nothing need be done",
                notification: .received(6, 9)
            )
        ),
        FailureRow(
            what: "the neighbor statement is removed",
            after: { try await $0.router?.tell("conf t\nrouter bgp\nno neighbor 10.0.0.1") },
            says: Words(
                reason: "PeerDeconfigured",
                seen: "10.0.0.254 answered 6/3 Peer De-configured",
                cause: "the neighbor statement for 10.0.0.1 was removed",
                fix: "add: neighbor 10.0.0.1 remote-as 65001",
                notification: .received(6, 3)
            )
        ),
        FailureRow(
            what: "another cluster of the neighbor is changed",
            after: { try await $0.router?.tell("conf t\nrouter bgp\nneighbor 10.0.0.1 ebgp-multihop 7") },
            says: Words(
                reason: "ConfigurationChanged",
                seen: "10.0.0.254 answered 6/6 Other Configuration Change",
                cause: "the router's configuration changed",
                fix: "nothing need be done",
                notification: .received(6, 6)
            )
        ),
        FailureRow(
            what: "the router wants no connection",
            router: .exaBGP,
            after: { try await $0.router?.tell("5") },
            says: Words(
                reason: "ConnectionRejected",
                seen: "10.0.0.254 answered 6/5 Connection Rejected",
                cause: "the router does not want a connection now",
                fix: "look at the router's log",
                notification: .received(6, 5)
            )
        ),
        FailureRow(
            what: "the router has no resources left",
            router: .exaBGP,
            after: { try await $0.router?.tell("8") },
            says: Words(
                reason: "PeerOutOfResources",
                seen: "10.0.0.254 answered 6/8 Out of Resources",
                cause: "the router has no memory or sessions left",
                fix: "free some on the router",
                notification: .received(6, 8)
            )
        ),
        FailureRow(
            what: "the router falls silent",
            node: NodeSide(peerConfig: [shortTimers]),
            after: { try await $0.routerHost.block(tcpPort: 179) },
            says: Words(
                reason: "HoldTimerExpired",
                seen: "nothing came from 10.0.0.254 for the hold time of 3s",
                cause: "the path broke",
                fix: "check the link",
                notification: .sent(4, 0)
            )
        ),
        FailureRow(
            what: "the node is not heard any more",
            node: NodeSide(peerConfig: [shortTimers]),
            // Acknowledgements pass, or the router could say nothing either.
            after: { try await $0.routerHost.filter("input", "tcp dport 179 meta length > 60 drop") },
            says: Words(
                reason: "HoldTimerExpired",
                seen: "10.0.0.254 answered 4/0 Hold Timer Expired",
                cause: "it heard nothing from this node",
                fix: "the speaker's CPU limits",
                notification: .received(4, 0)
            )
        ),
        FailureRow(
            what: "the router's program is killed",
            after: { try await $0.killRouter() },
            says: Words(
                reason: "ConnectionClosed",
                seen: "10.0.0.254 closed the connection without a NOTIFICATION",
                cause: "its BGP process stopped",
                fix: "look at the router's log"
            )
        ),
        FailureRow(
            what: "a firewall cuts the connection",
            node: NodeSide(peerConfig: [shortTimers]),
            after: { try await $0.routerHost.filter("input", "tcp dport 179 reject with tcp reset") },
            says: Words(
                reason: "ConnectionReset",
                seen: "10.0.0.254 reset the connection",
                cause: "something on the way cut the connection",
                fix: "firewalls that track connections"
            )
        ),
    ]
}
