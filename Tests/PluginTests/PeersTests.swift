import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Testing
import kubectl_bgp

struct PeersTests {
    @Test func `every peer and family is a row, whole, with the reason of what is down`() async throws {
        let outcome = await run("peers", against: try cluster())
        #expect(
            outcome.output == """
                NODE     PEER    ADDRESS      AS      STATE         SINCE   FAMILY         RECEIVED   ADVERTISED   WHY
                node-a   tor-a   10.0.0.254   65000   established   5m12s   ipv4/unicast   4          3            -
                node-a   tor-a   10.0.0.254   65000   established   5m12s   ipv6/unicast   0          0            \
                the router did not offer ipv6/unicast in its OPEN: activate this family there
                node-a   tor-b   fd00::254    any     active        42s     ipv4/unicast   -          -            \
                10.0.0.253 refused the connection; nothing listens there, or it has no neighbor 10.0.0.1; \
                add neighbor 10.0.0.1 on the router
                node-b   tor-a   10.0.0.254   65000   <unknown>     -       -              -          -            \
                the speaker on this node has not reported this peer

                """
        )
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == .success)
    }

    @Test func `a router that announces too many routes is marked next to their count`() async throws {
        let leaked = Self.nodeA.replacing(
            #""received": 4, "advertised": 3},"#,
            with: #""received": 1000000, "advertised": 3, "notKept": 900000},"#
        )
        let cluster = FixedCluster(objects: [
            Node(metadata: ObjectMeta(name: "node-a")), try JSON.decode(BGPNodeConfig.self, from: leaked),
        ])
        let outcome = await run("peers", "--peer=tor-a", "--family=ipv4", "--no-headers", against: cluster)
        #expect(
            outcome.output == """
                node-a   tor-a   10.0.0.254   65000   established   5m12s   ipv4/unicast   1000000   3   \
                900000 of the received routes are counted and not kept: filter what the router sends

                """
        )
        #expect(outcome.status == .success)
    }

    @Test func `wide adds what both sides agreed on`() async throws {
        let outcome = await run("peers", "-o", "wide", "--node", "node-a", "--family=ipv4", against: try cluster())
        #expect(
            outcome.output == """
                NODE     PEER    ADDRESS      AS      STATE         SINCE   FAMILY         RECEIVED   ADVERTISED   \
                INSTANCE   LOCAL-AS   LOCAL-ADDRESS   ROUTER-ID   HOLD/KEEPALIVE   GR         ATTEMPTS   NEXT-RETRY   \
                LAST-ERROR                    WHY
                node-a   tor-a   10.0.0.254   65000   established   5m12s   ipv4/unicast   4          3            \
                main       65001      10.0.0.1        10.0.0.1    90s/30s          120s/off   -          -            \
                -                             -
                node-a   tor-b   fd00::254    any     active        42s     ipv4/unicast   -          -            \
                main       65001      -               10.0.0.1    -                -          7          18s          \
                ConnectionRefused (42s ago)   10.0.0.253 refused the connection; nothing listens there, or it has no \
                neighbor 10.0.0.1; add neighbor 10.0.0.1 on the router

                """
        )
    }

    @Test func `a document has the fields of the status and says where each peer is`() async throws {
        let outcome = await run("peers", "-o", "yaml", "--peer", "10.0.0.254", against: try cluster())
        #expect(
            outcome.output == """
                apiVersion: martlet.dev/v2
                items:
                - apiVersion: martlet.dev/v2
                  establishedTime: "2027-01-15T07:54:48Z"
                  instance: main
                  kind: Peer
                  localASN: 65001
                  localAddress: 10.0.0.1
                  name: tor-a
                  negotiated:
                    families:
                    - afi: ipv4
                      safi: unicast
                    fourByteASN: true
                    localGracefulRestart:
                      families:
                      - afi: ipv4
                        safi: unicast
                      restartTimeSeconds: 120
                      restarting: false
                  node: node-a
                  peerASN: 65000
                  peerAddress: 10.0.0.254
                  peeringState: established
                  reported: true
                  routeCount:
                  - advertised: 3
                    afi: ipv4
                    received: 4
                    safi: unicast
                  - advertised: 0
                    afi: ipv6
                    received: 0
                    safi: unicast
                  routerID: 10.0.0.1
                  timers:
                    appliedHoldTimeSeconds: 90
                    appliedKeepaliveSeconds: 30
                - apiVersion: martlet.dev/v2
                  instance: main
                  kind: Peer
                  localASN: 65001
                  name: tor-a
                  node: node-b
                  peerASN: 65000
                  peerAddress: 10.0.0.254
                  reported: false
                kind: PeerList

                """
        )
    }

    @Test(arguments: [
        (["--node=node-b"], ["node-b/main/tor-a"]),
        (["--node=node-a,node-b", "--peer=tor-a"], ["node-a/main/tor-a", "node-b/main/tor-a"]),
        (["--peer", "tor-b,fd00::254"], ["node-a/main/tor-b"]),
        (["-l", "zone=rack-2"], ["node-b/main/tor-a"]),
        (["-l", "zone=rack-2", "--node", "node-a"], []),
        (["--instance", "other"], []),
    ])
    func `flags choose peers`(flags: [String], names: [String]) async throws {
        let outcome = await run(["peers", "-o", "name"] + flags, against: try cluster())
        #expect(outcome.output == names.map { $0 + "\n" }.joined())
        #expect(outcome.errors == (names.isEmpty ? "No resources found\n" : ""))
    }

    @Test func `nothing at all is said on standard error, and an empty list is a list`() async {
        #expect(await run("peers") == Outcome(status: .success, output: "", errors: "No resources found\n"))
        #expect(
            await run("peers", "-o", "yaml")
                == Outcome(
                    status: .success,
                    output: "apiVersion: martlet.dev/v2\nitems: []\nkind: PeerList\n",
                    errors: ""
                )
        )
    }

    @Test func `an object that cannot be read is named and the rest is shown`() async throws {
        var cluster = try cluster()
        cluster.odd["bgpnodeconfigs"] = [["metadata": ["name": "node-c"], "spec": ["bgpInstances": "none"]]]
        let outcome = await run("peers", "-o", "name", "--node", "node-b", against: cluster)
        #expect(
            outcome
                == Outcome(
                    status: .failure,
                    output: "node-b/main/tor-a\n",
                    errors: "warning: BGPNodeConfig/node-c: spec.bgpInstances: expected a list, found \"none\"\n"
                )
        )
    }

    @Test func `watching prints the peers that change below the list`() async throws {
        var cluster = try cluster()
        var changed = try nodeB()
        changed.status = .init(bgpInstances: [
            .init(name: "main", localASN: 65001, peers: [try JSON.decode(PeerStatus.self, from: Self.openSent)])
        ])
        cluster.changes = [WatchEvent(type: .modified, object: try changed.manifest())]
        let outcome = await run(["peers", "-w", "--node", "node-b"], against: cluster, closingAfter: 2)
        #expect(
            outcome
                == Outcome(
                    status: .brokenPipe,
                    output: """
                        NODE     PEER    ADDRESS      AS      STATE       SINCE   FAMILY   RECEIVED   ADVERTISED   WHY
                        node-b   tor-a   10.0.0.254   65000   <unknown>   -       -        -          -            \
                        the speaker on this node has not reported this peer
                        node-b   tor-a   10.0.0.254   65000   open_sent   3s      -        -          -            -

                        """,
                    errors: ""
                )
        )
    }

    @Test func `what the server refuses is said as kubectl says it`() async {
        let cluster = FixedCluster(forbidden: ["/apis/martlet.dev/v2/bgpnodeconfigs"])
        #expect(
            await run("peers", against: cluster)
                == Outcome(
                    status: .failure,
                    output: "",
                    errors: """
                        Error from server (Forbidden): /apis/martlet.dev/v2/bgpnodeconfigs is forbidden: \
                        User "jane" cannot list it

                        """
                )
        )
    }

    private func cluster() throws -> FixedCluster {
        FixedCluster(objects: [
            Node(metadata: ObjectMeta(name: "node-a", labels: ["zone": "rack-1"])),
            Node(metadata: ObjectMeta(name: "node-b", labels: ["zone": "rack-2"])),
            try nodeB(),
            try JSON.decode(BGPNodeConfig.self, from: Self.nodeA),
        ])
    }

    private func nodeB() throws -> BGPNodeConfig {
        try JSON.decode(
            BGPNodeConfig.self,
            from: """
                {"metadata": {"name": "node-b"}, "spec": {"bgpInstances": [{"name": "main", "localASN": 65001, "peers": [
                  {"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000}]}]}}
                """
        )
    }

    private static let openSent = """
        {"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000, "peeringState": "open_sent",
         "stateSince": "2027-01-15T07:59:57Z"}
        """

    private static let nodeA = """
        {"metadata": {"name": "node-a"},
         "spec": {"bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1", "peers": [
           {"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000},
           {"name": "tor-b", "peerAddress": "fd00::254", "peerASN": 0}]}]},
         "status": {"bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1", "peers": [
           {"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000, "localAddress": "10.0.0.1",
            "peeringState": "established", "establishedTime": "2027-01-15T07:54:48Z",
            "timers": {"appliedHoldTimeSeconds": 90, "appliedKeepaliveSeconds": 30},
            "negotiated": {"families": [{"afi": "ipv4", "safi": "unicast"}], "fourByteASN": true,
              "localGracefulRestart": {"restartTimeSeconds": 120, "restarting": false,
                "families": [{"afi": "ipv4", "safi": "unicast"}]}},
            "routeCount": [{"afi": "ipv4", "safi": "unicast", "received": 4, "advertised": 3},
                           {"afi": "ipv6", "safi": "unicast", "received": 0, "advertised": 0}]},
           {"name": "tor-b", "peerAddress": "fd00::254", "peerASN": 0,
            "peeringState": "active", "stateSince": "2027-01-15T07:59:18Z", "connectAttempts": 7,
            "nextRetryTime": "2027-01-15T08:00:18Z",
            "routeCount": [{"afi": "ipv4", "safi": "unicast", "received": 4, "advertised": 3}],
            "lastError": {"reason": "ConnectionRefused", "message": "10.0.0.253 refused the connection",
              "time": "2027-01-15T07:59:18Z", "cause": "nothing listens there, or it has no neighbor 10.0.0.1",
              "fix": "add neighbor 10.0.0.1 on the router"}}]}]}}
        """
}
