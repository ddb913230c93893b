extension Mistake {
    /// What is said wrongly on Nodes, pools and Services.
    static let ofOthers = [
        Mistake(
            "one address on two nodes",
            in: "nodes.yaml",
            "address: 10.0.0.2",
            "address: 10.0.0.1",
            [
                "nodes.yaml:11 Warning DuplicateRouterID router id 10.0.0.1 is used by more than one node: berlin-1 and berlin-2"
            ]
        ),
        Mistake(
            "a drain in words nobody knows",
            in: "nodes.yaml",
            "metadata: {name: berlin-1, labels: {dc: berlin}}",
            "metadata: {name: berlin-1, labels: {dc: berlin}, annotations: {martlet.dev/drian: \"true\"}}",
            [
                "nodes.yaml:3 Warning UnknownAnnotation nobody reads this annotation, did you mean martlet.dev/drain?"
            ]
        ),
        Mistake(
            "a pool over the routers",
            in: "services.yaml",
            "192.0.2.0/28",
            "10.0.0.240/28",
            [
                "services.yaml:6 Warning RouterInPool hands out 10.0.0.253, the address of the router tor-a; take it out with excluded",
                "services.yaml:6 Warning RouterInPool hands out 10.0.0.254, the address of the router tor-b; take it out with excluded",
                "services.yaml:9 Warning ServedByAnother another controller gave 192.0.2.9, so nothing is given or taken until that is gone from status.loadBalancer",
            ]
        ),
        Mistake(
            "a pool of IPv4 in IPv6",
            in: "services.yaml",
            "192.0.2.0/28",
            "\"::ffff:192.0.2.0/124\"",
            [
                "services.yaml:7 Error InvalidBlocks expected addresses that services can have, found ::ffff:192.0.2.0-::ffff:192.0.2.15, which is IPv4 in IPv6 (::ffff:0:0/96)"
            ]
        ),
        Mistake(
            "a class that is nearly ours",
            in: "services.yaml",
            "type: LoadBalancer",
            "type: LoadBalancer\n  loadBalancerClass: martlet.dev/bpg",
            [
                "services.yaml:18 Warning UnknownClass expected martlet.dev/bgp or none, found martlet.dev/bpg, which nobody serves"
            ]
        ),
        Mistake(
            "an annotation that is nearly ours",
            in: "services.yaml",
            "  namespace: shop\n  labels",
            "  namespace: shop\n  annotations: {martlet.dev/ip: \"192.0.2.3\"}\n  labels",
            [
                "services.yaml:14 Warning UnknownAnnotation nobody reads this annotation, did you mean martlet.dev/ips?"
            ]
        ),
    ]

    /// What is as the rules have it, and changes more than a person may think.
    static let changes = [
        Mistake(
            "the AS of all routers",
            in: "bgp.yaml",
            "peerASN: 65000",
            "peerASN: 65010",
            isChange: true,
            [
                "bgp.yaml:16 Warning SessionRecreate ends and replaces 2 sessions: berlin-1 with tor-a and berlin-2 with tor-a",
                "bgp.yaml:21 Warning SessionRecreate ends and replaces 2 sessions: berlin-1 with tor-b and berlin-2 with tor-b",
                "bgp.yaml:39 Warning SessionRecreate ends and replaces 1 session: munich-1 with tor",
                "- Warning AllSessionsEnd together this ends all 5 sessions at once; apply it to a part of the nodes first",
            ]
        ),
        Mistake(
            "the hold time of all routers",
            in: "bgp.yaml",
            "holdTimeSeconds: 9",
            "holdTimeSeconds: 30",
            isChange: true,
            [
                "bgp.yaml:49 Warning SessionReset resets all 5 sessions at once: berlin-1 with tor-a, berlin-1 with tor-b, berlin-2 with tor-a, berlin-2 with tor-b and munich-1 with tor"
            ]
        ),
        Mistake(
            "a pool that shrinks under an address in use",
            in: "services.yaml",
            "192.0.2.0/28",
            "192.0.2.0/29",
            isChange: true,
            [
                "services.yaml:6 Warning AddressLost Service/shop/web loses 192.0.2.9 and gets 192.0.2.0"
            ]
        ),
        Mistake(
            "a data centre that is left out",
            in: "bgp.yaml",
            "dc: berlin",
            "dc: berln",
            isChange: true,
            [
                "bgp.yaml:7 Warning NodesDeselected 2 nodes stop announcing anything: berlin-1 and berlin-2",
                "bgp.yaml:7 Warning NoMatchingNode no node matches the nodeSelector dc=berln",
                "nodes.yaml:1 Warning PrefixWithdrawn no node announces 10.244.1.0/24 any more",
                "nodes.yaml:7 Warning PrefixWithdrawn no node announces 10.244.2.0/24 any more",
            ]
        ),
        Mistake(
            "nothing that is to be announced any more",
            in: "bgp.yaml",
            "matchLabels:\n          advertise: bgp\n---",
            "matchExpressions: [{key: advertise, operator: DoesNotExist}]\n---",
            isChange: true,
            [
                "bgp.yaml:58 Warning NoMatchingAdvertisement no BGPAdvertisement has the labels !advertise that BGPPeerConfig/tor asks for (ipv4/unicast)",
                "bgp.yaml:65 Info NoMatchingPeerConfig no BGPPeerConfig selects these labels, so no peer is told",
                "nodes.yaml:1 Warning PrefixWithdrawn no node announces 10.244.1.0/24 any more",
                "nodes.yaml:7 Warning PrefixWithdrawn no node announces 10.244.2.0/24 any more",
                "nodes.yaml:13 Warning PrefixWithdrawn no node announces 10.244.3.0/24 any more",
                "services.yaml:9 Warning PrefixWithdrawn no node announces 192.0.2.9/32 any more",
            ]
        ),
    ]
}
