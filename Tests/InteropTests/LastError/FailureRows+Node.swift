import TestSupport

extension FailureRow {
    private static let node = " neighbor 10.0.0.1 remote-as 65001\n"

    /// The node itself is in the way.
    static let onTheNode = [
        FailureRow(
            what: "another speaker on the node has the session (FRR)",
            before: { try await $0.startRival() },
            says: Words(
                reason: "ConnectionCollision",
                seen: "10.0.0.254 answered 6/7 Connection Collision Resolution",
                cause: "another BGP speaker on this node has a session with it (10.0.0.1:",
                fix: "ss -tnp",
                notification: .received(6, 7)
            )
        ),
        FailureRow(
            what: "another speaker on the node has the session (GoBGP)",
            router: .goBGP(""),
            before: { try await $0.startRival() },
            says: Words(
                reason: "ConnectionCollision",
                seen: "10.0.0.254 accepted the connection and closed it without an answer to OPEN",
                cause: "another BGP speaker on this node has a session with it (10.0.0.1:",
                fix: "give this peer another localAddress"
            )
        ),
        FailureRow(
            what: "another speaker on the node listens on port 179",
            node: NodeSide(listens: true),
            before: { try await $0.startRival(neighbor: "10.0.0.77") },
            says: Words(
                reason: "PortInUse",
                seen: "connections to port 179 cannot be accepted",
                cause: "another program has the port",
                fix: "ss -tlnp 'sport = :179'",
                isOfInstance: true
            )
        ),
        FailureRow(
            what: "the speaker may not listen on port 179",
            node: NodeSide(listens: true),
            wrapper: ["setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service"],
            says: Words(
                reason: "PortNotPermitted",
                seen: "connections to port 179 cannot be accepted",
                cause: "lacks the capability NET_BIND_SERVICE",
                fix: "set a localPort above 1023",
                isOfInstance: true
            )
        ),
        FailureRow(
            what: "the Secret is missing",
            router: .frr(node + " neighbor 10.0.0.1 password sesame"),
            node: NodeSide(peerConfig: ["authSecretRef: forgotten"]),
            says: Words(
                reason: "AuthSecretMissing",
                seen: "the peer is kept down: Secret \"forgotten\" is missing",
                cause: "authSecretRef names it",
                fix: "create it in the speaker's namespace"
            )
        ),
        FailureRow(
            what: "the BGPPeerConfig is missing",
            node: NodeSide(hasPeerConfig: false),
            says: Words(
                reason: "MissingPeerConfig",
                seen: "the peer is kept down: BGPPeerConfig \"router\" does not exist",
                cause: "peerConfigRef names it",
                fix: "create it, or correct peerConfigRef"
            )
        ),
    ]
}

extension FailingSession {
    /// Starts BIRD on the node, as Calico does, and waits for its session or at least its port.
    func startRival(neighbor: String = "10.0.0.254") async throws {
        let bird = try BIRD(
            .two,
            on: nodeHost,
            """
            router id 10.0.0.1;
            protocol device { }
            protocol bgp calico {
              local 10.0.0.1 as 65001; neighbor \(neighbor) as 65000; connect delay time 1;
              ipv4 { import all; export none; };
            }
            """
        )
        try await bird.start()
        rivals.add(bird)
        guard neighbor == "10.0.0.254" else { return }
        try await eventually("the other speaker has its session", is: "Established") {
            try await bird.neighbors()[neighbor] ?? "none"
        }
    }
}
