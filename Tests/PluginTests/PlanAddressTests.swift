import BGPResources
import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// What a plan says of addresses: those that a deleted pool takes away, and what is only between two changes.
struct PlanAddressTests {
    private static let told =
        "conditions: [{type: martlet.dev/IPAMRequestSatisfied, status: \"True\", reason: Satisfied, message: given, "
        + "lastTransitionTime: \"2026-01-01T00:00:00Z\"}]"

    private static let pool = """
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: edge}
        spec: {blocks: [{cidr: 192.0.2.0/24}]}

        """

    private func sharer(_ name: String, port: Int, policy: String = "Cluster", key: String = "dns") -> String {
        """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: shop, annotations: {martlet.dev/sharing-key: \(key)}}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: \(policy)
          selector: {app: dns}
          ports: [{port: \(port), protocol: TCP}]

        """
    }

    /// Findings as `Reason Object message`.
    private func findings(_ words: String...) async throws -> (status: kubectl_bgp.ExitStatus, found: [String]) {
        let outcome = await run(["plan"] + words + ["-o", "json"], against: FixedCluster())
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        let found = (document["diagnostics"]?.array ?? []).map { finding in
            "\(finding["reason"]?.string ?? "") \(finding["object"]?.string?.split(separator: "/").last ?? "") "
                + "\(finding["message"]?.string ?? "")"
        }
        return (outcome.status, found)
    }

    @Test func `deleting a pool is predicted for every service that has an address of it`() async throws {
        let files = try TemporaryDirectory("plan")
        let web = sharer("web", port: 80).replacing(
            "annotations: {martlet.dev/sharing-key: dns}",
            with: "labels: {a: b}"
        )
        let spare = Self.pool.replacing("edge", with: "spare").replacing("192.0.2.0/24", with: "198.51.100.0/24")
        let old = try files.write(
            Self.pool + "---\n" + spare + web + "status: {loadBalancer: {ingress: [{ip: 192.0.2.0}]}, \(Self.told)}\n",
            to: "old.yaml"
        )
        let gone = try files.write(Self.pool, to: "pool.yaml")
        let (status, found) = try await findings("--delete", "-f", gone, "--against", old)
        #expect(status == .findings)
        #expect(
            found.contains("AddressLost web loses 192.0.2.0 and gets 198.51.100.0: pool edge is deleted"),
            "\(found)"
        )
        let refused = await run("plan", "--delete", "-f", gone)
        #expect(refused.status == .failure || refused.errors.contains("--delete needs --against"), "\(refused)")
    }

    @Test(arguments: [
        (
            "policy",
            "between the changes, when Service/shop/tcp is written and the rest is not: 192.0.2.0 stays, but service "
                + "shop/tcp has it, too, and the two cannot share it: the external traffic policies differ"
        ),
        (
            "key",
            "between the changes, when Service/shop/tcp is written and the rest is not: 192.0.2.0 stays, but service "
                + "shop/tcp has it, too, and the two cannot share it: their sharing keys differ"
        ),
        (
            "ports",
            "between the changes, when Service/shop/tcp is written and the rest is not: 192.0.2.0 is kept for this "
                + "service and withheld until service shop/tcp, which has it, can share: both serve TCP/54"
        ),
    ])
    func `the net effect of two changes is reported, and nothing moves`(
        edit: String,
        words: String
    ) async throws {
        let files = try TemporaryDirectory("plan")
        let nothing = "status: {loadBalancer: {ingress: [{ip: 192.0.2.0}]}, \(Self.told)}\n"
        let old = try files.write(
            Self.pool + sharer("tcp", port: 53) + nothing + sharer("udp", port: 54) + nothing,
            to: "old.yaml"
        )
        let new =
            switch edit {
            case "policy": sharer("tcp", port: 53, policy: "Local") + sharer("udp", port: 54, policy: "Local")
            case "key": sharer("tcp", port: 53, key: "new") + sharer("udp", port: 54, key: "new")
            default: sharer("tcp", port: 54) + sharer("udp", port: 55)
            }
        let path = try files.write(Self.pool + new, to: "new.yaml")
        let (status, found) = try await findings("-f", path, "--against", old)
        #expect(found.filter { $0.hasPrefix("InterimConflict") } == ["InterimConflict udp \(words)"], "\(found)")
        #expect(!found.contains { $0.hasPrefix("AddressLost") })
        #expect(status == .findings)
        // One of the two alone lasts, and is told as it is.
        let half = try files.write(
            Self.pool + sharer("tcp", port: 53, policy: "Local") + sharer("udp", port: 54),
            to: "half.yaml"
        )
        let lasting = try await findings("-f", half, "--against", old).found
        #expect(lasting.contains { $0.hasPrefix("SharingConflict udp 192.0.2.0 stays") }, "\(lasting)")
    }

    @Test func `a missing half of dual stack is reported, and another controller's address is not a fault`()
        async throws
    {
        let files = try TemporaryDirectory("plan")
        let dual = sharer("dual", port: 80).replacing(
            "spec:\n",
            with: "spec:\n  ipFamilies: [IPv4, IPv6]\n  ipFamilyPolicy: RequireDualStack\n"
        )
        let path = try files.write(Self.pool + dual, to: "dual.yaml")
        #expect(
            try await findings("-f", path).found.contains(
                "NoPool dual no LoadBalancerIPPool can give this service an IPv6 address: LoadBalancerIPPool/edge has no IPv6 block"
            )
        )
        let foreign = try files.write(
            Self.pool.replacing("blocks", with: "serviceSelector: {matchLabels: {a: b}}, blocks") + sharer("x", port: 1)
                + "status: {loadBalancer: {ingress: [{ip: 10.22.203.3}]}}\n",
            to: "foreign.yaml"
        )
        let outcome = await run("plan", "-f", foreign, "-o", "json")
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        #expect(document["services"]?[0]?["addresses"]?[0] == "10.22.203.3")
        #expect(document["services"]?[0]?["conditions"]?.array?.isEmpty ?? true)
    }
}
