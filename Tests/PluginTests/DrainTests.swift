import BGPResources
import BGPTypes
import KubeModel
import PlainText
import Planning
import Testing
import kubectl_bgp

struct DrainTests {
    /// The default of two minutes is for people; here a loaded machine may take longer.
    private static let patience = "--timeout=10m"

    private func cluster(
        _ annotations: [String: String] = [:],
        reports: [NodeGates.Drain],
        patches: Patches = Patches()
    ) throws -> FixedCluster {
        func config(_ drain: NodeGates.Drain, after seconds: Int = 0) -> BGPNodeConfig {
            var condition = DrainCondition.found(drain, fault: nil)
            condition.lastTransitionTime = .ago(Double(60 - seconds))
            return BGPNodeConfig(
                metadata: ObjectMeta(name: "node-a"),
                spec: BGPNodeConfig.Spec(bgpInstances: []),
                status: BGPNodeConfig.Status(conditions: [condition])
            )
        }
        return FixedCluster(
            objects: [
                Node(metadata: ObjectMeta(name: "node-a", annotations: annotations)),
                Node(metadata: ObjectMeta(name: "node-b")), config(reports[0]),
            ],
            changes: try reports.enumerated().dropFirst().map { index, drain in
                WatchEvent(type: .modified, object: try config(drain, after: index).manifest())
            },
            patches: patches
        )
    }

    @Test func `a drain is asked for and followed to its end`() async throws {
        let patches = Patches()
        let cluster = try cluster(reports: [.none, .shuttingDown, .drained(keeping: [])], patches: patches)
        let outcome = await run("drain", "node-a", "--grace-period", "30", Self.patience, against: cluster)
        #expect(outcome.status == .success)
        #expect(outcome.output.hasPrefix("node/node-a drain requested\n"))
        #expect(
            outcome.output.hasSuffix("node/node-a drained: service routes are withdrawn, the sessions stay up\n")
        )
        #expect(patches.all.count == 1)
        let body = try #require(patches.all.first)
        #expect(body.hasPrefix("/api/v1/nodes/node-a "))
        #expect(body.contains(#""martlet.dev/drain":"true""#))
        #expect(body.contains(#""martlet.dev/drain-grace-period-seconds":"30""#))
    }

    @Test func `what no other node announces is kept, which is a finding, unless it is forced`() async throws {
        let kept = NodeGates.Drain.drained(keeping: [try #require(.init("192.0.2.1/32"))])
        let outcome = await run("drain", "node-a", Self.patience, against: try cluster(reports: [.none, kept]))
        #expect(outcome.status == .findings)
        #expect(outcome.errors.contains("node/node-a still announces what no other node does; --force withdraws that"))
        let patches = Patches()
        let forced = try cluster(
            [DrainRequest.annotation: "true"],
            reports: [kept, .drained(keeping: [])],
            patches: patches
        )
        #expect(await run("drain", "node-a", "--force", Self.patience, against: forced).status == .success)
        #expect(patches.all.first?.contains(#""martlet.dev/drain":"force""#) == true)
    }

    @Test func `what an earlier drain came to is not taken for the end of this one`() async throws {
        let cluster = try cluster(reports: [.drained(keeping: []), .none, .shuttingDown, .drained(keeping: [])])
        let outcome = await run("drain", "node-a", Self.patience, against: cluster)
        #expect(outcome.status == .success)
        #expect(outcome.output.hasSuffix("node/node-a drained: service routes are withdrawn, the sessions stay up\n"))
    }

    /// The speaker has not seen that the drain had ended in between, and only names the new request.
    @Test func `a drain that follows an undrain at once ends when the speaker names it`() async throws {
        func config(_ request: String) -> BGPNodeConfig {
            BGPNodeConfig(
                metadata: ObjectMeta(name: "node-a"),
                spec: BGPNodeConfig.Spec(bgpInstances: []),
                status: BGPNodeConfig.Status(
                    conditions: [DrainCondition.found(.drained(keeping: []), fault: nil, request: request)]
                )
            )
        }
        let patches = Patches()
        let cluster = FixedCluster(
            objects: [Node(metadata: ObjectMeta(name: "node-a")), config("2027-01-15T07:59:59.000000Z")],
            changes: [WatchEvent(type: .modified, object: try config(present.microTime).manifest())],
            patches: patches
        )
        let outcome = await run("drain", "node-a", Self.patience, against: cluster)
        #expect(outcome.status == .success)
        #expect(
            outcome.output == "node/node-a drain requested\n"
                + "node/node-a drained: service routes are withdrawn, the sessions stay up\n"
        )
        #expect(patches.all.first?.contains(#""martlet.dev/drain-requested-at":"2027-01-15T08:00:00.000000Z""#) == true)
    }

    @Test func `undrain removes the annotations and waits for the node to serve`() async throws {
        let patches = Patches()
        let cluster = try cluster(
            [DrainRequest.annotation: "true"],
            reports: [.drained(keeping: []), .none],
            patches: patches
        )
        let outcome = await run("undrain", "node/node-a", Self.patience, against: cluster)
        #expect(outcome.status == .success)
        #expect(outcome.output == "node/node-a drain ended\nnode/node-a in service: the node is in service\n")
        #expect(patches.all.first?.contains(#""martlet.dev/drain":null"#) == true)
        #expect(patches.all.first?.contains(#""martlet.dev/drain-requested-at":null"#) == true)
    }

    @Test func `an undrain that follows a drain at once has nothing to wait for`() async throws {
        // The speaker has not begun, and never says that it ended what it had not begun.
        let cluster = try cluster([DrainRequest.annotation: "true"], reports: [.none])
        let outcome = await run("undrain", "node-a", Self.patience, against: cluster)
        #expect(outcome.status == .success)
        #expect(outcome.output == "node/node-a drain ended\nnode/node-a in service: the node is in service\n")
    }

    @Test func `an undrain that takes too long says that the request is gone`() async throws {
        let cluster = try cluster([DrainRequest.annotation: "true"], reports: [.drained(keeping: [])])
        let outcome = await run("undrain", "node-a", "--timeout", "50ms", against: cluster)
        #expect(outcome.status == .failure)
        #expect(
            outcome.errors.hasSuffix(
                "\nThe request to drain is gone; \"kubectl bgp explain node\" shows how far a node is.\n"
            )
        )
    }

    @Test func `peers says that a drain annotation is invalid`() async throws {
        var status = PeerStatus(name: "tor")
        status.peeringState = .established
        var config = BGPNodeConfig(
            metadata: ObjectMeta(name: "node-a"),
            spec: BGPNodeConfig.Spec(bgpInstances: [.init(name: "main", peers: [.init(name: "tor")])])
        )
        let node = Node(metadata: ObjectMeta(name: "node-a", annotations: [DrainRequest.annotation: "yes"]))
        config.status = BGPNodeConfig.Status(
            conditions: [DrainCondition.found(.none, fault: DrainRequest.fault(in: node))],
            bgpInstances: [.init(name: "main", peers: [status])]
        )
        let outcome = await run("peers", "--no-headers", against: FixedCluster(objects: [config]))
        #expect(outcome.output.hasSuffix("[martlet.dev/drain]: expected true, force or false, found \"yes\"\n"))
    }

    @Test func `waiting has an end, and can be left out`() async throws {
        let outcome = await run("drain", "node-a", "--timeout", "50ms", against: try cluster(reports: [.none]))
        #expect(outcome.status == .failure)
        #expect(outcome.errors.hasPrefix("error: timed out waiting for node/node-a\n"))
        let unwaited = await run("drain", "node-a", "--no-wait", against: try cluster(reports: [.none]))
        let unwaitedToo = await run("drain", "node-a", "--wait=false", against: try cluster(reports: [.none]))
        #expect(unwaited == unwaitedToo)
        #expect(unwaited == Outcome(status: .success, output: "node/node-a drain requested\n", errors: ""))
    }

    @Test func `a node without BGP has nothing to wait for, one that is none changes nothing`() async throws {
        let patches = Patches()
        let cluster = try cluster(reports: [.none], patches: patches)
        let outcome = await run("drain", "node-b", against: cluster)
        #expect(outcome.status == .success)
        #expect(outcome.errors == "node/node-b has no BGPNodeConfig, so it announces nothing\n")
        let missing = await run("drain", "node-a", "nope", against: cluster)
        #expect(missing.errors == "Error from server (NotFound): nodes \"nope\" not found\n")
        #expect(patches.all.count == 1, "nothing was written to node-a either")
    }

    @Test func `a grace period that is none is refused`() async throws {
        let outcome = await run("drain", "node-a", "--grace-period=4000", against: try cluster(reports: [.none]))
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("invalid grace period 4000, expected 0 to 3600 seconds"))
    }

    @Test func `peers says that a node is drained`() async throws {
        var config = BGPNodeConfig(
            metadata: ObjectMeta(name: "node-a"),
            spec: BGPNodeConfig.Spec(bgpInstances: [.init(name: "main", peers: [.init(name: "tor")])])
        )
        var status = PeerStatus(name: "tor")
        status.peeringState = .established
        config.status = BGPNodeConfig.Status(
            conditions: [DrainCondition.found(.drained(keeping: []), fault: nil)],
            bgpInstances: [.init(name: "main", peers: [status])]
        )
        let outcome = await run("peers", "--no-headers", against: FixedCluster(objects: [config]))
        #expect(outcome.output.hasSuffix("node-a is drained: kubectl bgp undrain node-a\n"))
    }
}
