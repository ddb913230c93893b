extension Mistake {
    /// What is said wrongly about sessions and what goes over them.
    static let ofPeers = [
        Mistake(
            "a key of a selector in small letters",
            in: "bgp.yaml",
            "matchLabels:\n      dc: berlin",
            "matchlabels:\n      dc: berlin",
            [
                "bgp.yaml:8 Error UnknownField unknown field, did you mean matchLabels?"
            ]
        ),
        Mistake(
            "a word of an enumeration in other letters",
            in: "bgp.yaml",
            "[LoadBalancerIP, ",
            "[LoadbalancerIP, ",
            [
                "bgp.yaml:74 Error InvalidField expected one of LoadBalancerIP, ClusterIP, ExternalIP, found \"LoadbalancerIP\""
            ]
        ),
        Mistake(
            "a family in capital letters",
            in: "bgp.yaml",
            "afi: ipv4",
            "afi: IPv4",
            [
                "bgp.yaml:56 Error InvalidField expected one of ipv4, ipv6, l2vpn, ls, opaque, found \"IPv4\""
            ]
        ),
        Mistake(
            "a time with its unit",
            in: "bgp.yaml",
            "holdTimeSeconds: 9",
            "holdTimeSeconds: 9s",
            [
                "bgp.yaml:50 Error InvalidField expected an integer, found \"9s\""
            ]
        ),
        Mistake(
            "the labels of another advertisement",
            in: "bgp.yaml",
            "advertise: bgp\n---",
            "advertise: internal\n---",
            [
                "bgp.yaml:58 Warning NoMatchingAdvertisement no BGPAdvertisement has the labels advertise=internal that BGPPeerConfig/tor asks for (ipv4/unicast)",
                "bgp.yaml:66 Info NoMatchingPeerConfig no BGPPeerConfig selects these labels, so no peer is told",
            ]
        ),
        Mistake(
            "a password under another key",
            in: "bgp.yaml",
            "  password: hunter2",
            "  passwd: hunter2",
            [
                "bgp.yaml:91 Error AuthSecretMissing Secret/martlet-system/tor-password of BGPPeerConfig/tor has no usable key \"password\""
            ]
        ),
        Mistake(
            "an empty password",
            in: "bgp.yaml",
            "  password: hunter2",
            "  password: \"\"",
            [
                "bgp.yaml:92 Error AuthSecretUnusable the password in Secret/martlet-system/tor-password of BGPPeerConfig/tor is empty"
            ]
        ),
        Mistake(
            "a password that TCP MD5 has no room for",
            in: "bgp.yaml",
            "  password: hunter2",
            "  password: \(String(repeating: "hunter2hun", count: 9))",
            [
                "bgp.yaml:92 Error AuthSecretUnusable the password in Secret/martlet-system/tor-password of BGPPeerConfig/tor is longer than the 80 octets that TCP MD5 takes"
            ]
        ),
        Mistake(
            "a password in another namespace",
            in: "bgp.yaml",
            "namespace: martlet-system",
            "namespace: default",
            [
                "bgp.yaml:48 Error AuthSecretMissing BGPPeerConfig/tor refers to Secret/martlet-system/tor-password, which does not exist"
            ]
        ),
        Mistake(
            "a password that echo encoded",
            in: "bgp.yaml",
            "stringData:\n  password: hunter2",
            "data:\n  password: aHVudGVyMgo=",
            [
                "bgp.yaml:92 Warning PasswordWhitespace the password ends in a line break, which counts as part of it, and the router's has none; encode it with printf, not echo"
            ]
        ),
        Mistake(
            "an AS number in quotes",
            in: "bgp.yaml",
            "peerASN: 65000",
            "peerASN: \"65000\"",
            [
                "bgp.yaml:16 Error InvalidField expected an integer of 64 bits, found \"65000\""
            ]
        ),
        Mistake(
            "the network of a router as its address",
            in: "bgp.yaml",
            "10.0.0.253",
            "10.0.0.253/24",
            [
                "bgp.yaml:15 Error InvalidField expected an IPv4 or IPv6 address, with %interface for link-local ones only, found \"10.0.0.253/24\"; drop the mask: 10.0.0.253"
            ]
        ),
        Mistake(
            "a node as its own router",
            in: "bgp.yaml",
            "10.0.0.253",
            "10.0.0.1",
            [
                "bgp.yaml:15 Warning NodeAsPeer 10.0.0.1 is Node/berlin-1 itself, which has no session with itself"
            ]
        ),
        Mistake(
            "a link-local router on no interface",
            in: "bgp.yaml",
            "10.0.0.253",
            "fe80::1",
            [
                "bgp.yaml:15 Warning NoInterface a link-local address is on every link: expected the interface too, as in fe80::1%eth0"
            ]
        ),
        Mistake(
            "two peers of one name",
            in: "bgp.yaml",
            "name: tor-b",
            "name: tor-a",
            [
                "bgp.yaml:19 Error InvalidSpec expected each only once, found tor-a again"
            ]
        ),
        Mistake(
            "a PeerConfig that lists no family",
            in: "bgp.yaml",
            "  families:\n    - afi: ipv4\n      safi: unicast\n      advertisements:\n        matchLabels:\n          advertise: bgp\n",
            "",
            [
                "bgp.yaml:47 Warning NoAdvertisements families is absent, so both families are offered and nothing is announced; list a family with advertisements",
                "bgp.yaml:60 Info NoMatchingPeerConfig no BGPPeerConfig selects these labels, so no peer is told",
            ]
        ),
        Mistake(
            "a peer without PeerConfig",
            in: "bgp.yaml",
            "          peerConfigRef:\n            name: tor\n---\napiVersion: martlet.dev/v2\nkind: BGPClusterConfig",
            "---\napiVersion: martlet.dev/v2\nkind: BGPClusterConfig",
            [
                "bgp.yaml:19 Warning NoAdvertisements the peer tor-b has no peerConfigRef, so it has all the defaults and is told nothing"
            ]
        ),
        Mistake(
            "an instance without peers",
            in: "bgp.yaml",
            "      peers:\n        - name: tor\n          peerAddress: 10.1.0.254\n          peerASN: 65000\n          peerConfigRef:\n            name: tor\n",
            "",
            [
                "bgp.yaml:34 Warning NoPeers the instance main has no peers, so it does nothing"
            ]
        ),
        Mistake(
            "local preference where no peer hears it",
            in: "bgp.yaml",
            "          wellKnown: [no-export]",
            "          wellKnown: [no-export]\n        localPreference: 200",
            [
                "bgp.yaml:85 Info LocalPreferenceIgnored all peers that are told are external, and local preference is for internal ones alone; an external router prefers by med, asPathPrepend or a community that it knows"
            ]
        ),
        Mistake(
            "a name in capital letters",
            in: "bgp.yaml",
            "metadata:\n  name: munich",
            "metadata:\n  name: Munich",
            [
                "bgp.yaml:28 Error InvalidField expected at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends of every part, found \"Munich\""
            ]
        ),
        Mistake(
            "a field one level too high",
            in: "bgp.yaml",
            "      advertisements:\n        matchLabels:\n          advertise: bgp\n---",
            "  advertisements:\n    matchLabels:\n      advertise: bgp\n---",
            [
                "bgp.yaml:58 Error UnknownField unknown field, spec has announceLimit, authSecretRef, ebgpMultihop, families, gracefulRestart, prefixLimit, timers, transport, ttlSecurity"
            ]
        ),
        Mistake(
            "a lost line of dashes",
            in: "bgp.yaml",
            "            name: tor\n---\n",
            "            name: tor\n",
            [
                "bgp.yaml:24 Error InvalidManifest key \"apiVersion\" again, expected it once (first at line 2); is a line --- missing between two objects?"
            ]
        ),
        Mistake(
            "a router id of another node",
            in: "bgp.yaml",
            "---\napiVersion: v1\nkind: Secret",
            "---\napiVersion: martlet.dev/v2\nkind: BGPNodeConfigOverride\nmetadata: {name: berlin-1}\nspec:\n  bgpInstances:\n    - name: main\n      routerID: 10.0.0.2\n---\napiVersion: v1\nkind: Secret",
            [
                "bgp.yaml:92 Error RouterIDConflict router id 10.0.0.2, which BGPNodeConfigOverride/berlin-1 asks for instance main, is held by berlin-2, which keeps it"
            ]
        ),
    ]
}
