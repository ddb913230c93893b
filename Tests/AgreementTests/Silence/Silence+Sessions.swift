import BGPTypes
import Planning

/// What a session keeps back.
extension Silence {
    static var sessionNotEstablished: Silence {
        var site = SilentSite()
        site.hasRouter = false
        return session(
            site,
            peers: "127.66.0.1:1791 refused the connection",
            explain: "SessionNotEstablished",
            ofNode("SessionsEstablished", "False", "SessionsDown"),
            log: "session failed bgp.instance="
        )
    }

    static var authSecretMissing: Silence {
        session(
            secret,
            peers: "Secret \"tor\" is missing or has no key",
            explain: "Secret \"tor\" is missing or has no key",
            ofPeerConfig("MissingAuthSecret", "True", "AuthSecretMissing"),
            log: "reason=AuthSecretMissing"
        )
    }

    static var authSecretKeyMissing: Silence {
        session(
            secret.adding(secretNamed("passwort: YQ==")),
            peers: "Secret \"tor\" is missing or has no key",
            explain: "Secret \"tor\" is missing or has no key",
            ofPeerConfig("MissingAuthSecret", "True", "AuthSecretMissing"),
            log: "reason=AuthSecretMissing"
        )
    }

    static var authSecretUnusable: Silence {
        session(
            secret.adding(secretNamed("password: \"\"")),
            peers: "the password in Secret \"tor\" is empty",
            explain: "the password in Secret \"tor\" is empty",
            ofPeerConfig("MissingAuthSecret", "True", "AuthSecretUnusable"),
            log: "reason=AuthSecretUnusable"
        )
    }

    static var missingPeerConfig: Silence {
        var site = SilentSite()
        site.peerConfig = ""
        return session(
            site,
            peers: "BGPPeerConfig \"tor\" does not exist",
            explain: "MissingPeerConfig",
            ofCluster("MissingPeerConfigs", "True", "MissingPeerConfigs no BGPPeerConfig named tor"),
            log: "reason=MissingPeerConfig"
        )
    }

    static var noRouterID: Silence {
        var site = SilentSite()
        // There is one id, and another node has it.
        site.routerIDs = IPPrefix("198.18.0.1/32")
        site = site.with(\.node, "address: 127.66.10.1", "address: \"fd00::1\"")
        return session(
            site.adding(site.node.replacing("n1", with: "n0").replacing("fd00::1", with: "fd00::2")),
            peers: "instance main has no router id on n1",
            explain: "RouterIDMissing",
            ofCluster("Ready", "False", "NoRouterID"),
            log: "stays down bgp.name=main"
        )
    }

    static var localASNMissing: Silence {
        let site = SilentSite()
        return session(
            site.with(\.clusterConfig, "      localASN: 65001\n", ""),
            peers: "instance main has no localASN on n1",
            explain: "LocalASNMissing",
            ofCluster("Ready", "False", "LocalASNMissing"),
            log: "stays down bgp.name=main"
        )
    }

    static var peerAddressMissing: Silence {
        let site = SilentSite()
        return session(
            site.with(
                \.clusterConfig,
                "peerAddress: 127.66.0.1",
                "autoDiscovery: {mode: DefaultGateway, defaultGateway: {addressFamily: ipv6}}"
            ),
            peers: "peer main/tor has no address",
            explain: "PeerAddressMissing",
            ofNode("Ready", "False", "PeerAddressMissing"),
            log: "stays down bgp.name=main/tor"
        )
    }

    static var familyNotNegotiated: Silence {
        let site = SilentSite()
        return session(
            site.with(\.peerConfig, "families: [", "families: [{afi: ipv6, safi: unicast, advertisements: {}}, ")
                .with(\.service, "{ip: 192.0.2.1}", "{ip: \"2001:db8::1\"}")
                .with(\.endpoints, "addressType: IPv4", "addressType: IPv6")
                .with(\.endpoints, "10.244.1.5", "\"fd00::5\""),
            peers: "the router did not offer ipv6/unicast",
            explain: "FamilyNotNegotiated",
            ofNode("NotAnnounced", "True", "FamilyNotNegotiated FamilyNotNegotiated: main/tor ipv6/unicast"),
            log: "reason=FamilyNotNegotiated"
        )
    }

    static var announceLimitReached: Silence {
        let site = SilentSite()
        return session(
            site.with(\.peerConfig, "spec:\n", "spec:\n  announceLimit: 1\n").adding(second, secondEndpoints),
            peers: "held back by announceLimit",
            explain: "AnnounceLimitReached",
            ofNode("RoutesHeldBack", "True", "AnnounceLimitReached"),
            log: "announceLimit holds routes back"
        )
    }
}
