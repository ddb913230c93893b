import BGPTypes
import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport

/// A router of a scenario, as the nodes' peers are configured.
struct ScenarioRouter {
    let address: String
    let asNumber: UInt32
    let router: any Router
    var families: [IPFamily] = [.ipv4]
}

extension Cluster {
    /// Waits until routers' tables, the speakers' `advertised`, a plan from the same objects and `explain` say the same.
    func agree(_ routers: ScenarioRouter...) async throws {
        try await eventually("router, speakers, plan and explain agree", is: [String]()) {
            () async throws -> [String] in
            var known: [KnownRouter] = []
            for router in routers {
                var tables: [RouterTable] = []
                for family in router.families { tables.append(try await router.router.table(family)) }
                known.append(
                    KnownRouter(address: router.address, asNumber: router.asNumber, routes: .byNextHop(tables))
                )
            }
            let objects = try await objects()
            let directory = try TemporaryDirectory("agreement")
            let file = try directory.write(String(decoding: try JSON.encode(objects), as: UTF8.self), to: "all.json")
            let plan = try await document(["plan", "-f", file])
            return try await Agreement(
                objects,
                plan: plan,
                tables: known,
                asking: document
            ).disagreements
        }
    }

    /// Everything that a plan reads, as kubectl prints it.
    private func objects() async throws -> JSONValue {
        let kinds = [
            "nodes", "services", "endpointslices", "bgpclusterconfigs", "bgppeerconfigs", "bgpadvertisements",
            "bgpnodeconfigoverrides", "bgpnodeconfigs", "loadbalancerippools", "secrets",
        ]
        return try JSON.decode(
            JSONValue.self,
            from: try await kubectl("get", kinds.joined(separator: ","), "-A", "-o", "json")
        )
    }

    /// What a command prints as JSON; that it found something to point at is no failure here.
    private func document(_ words: [String]) async throws -> JSONValue {
        let result = try await kubectl.bgp(words + ["-o", "json"])
        guard [.exited(0), .exited(3)].contains(result.status) else {
            throw Overdue(description: "kubectl bgp \(words.joined(separator: " ")): \(result.errors)")
        }
        return try JSON.decode(JSONValue.self, from: result.output)
    }
}
