import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport

/// An empty cluster, and what people install things with.
struct InstalledCluster: Sendable {
    let network: VirtualNetwork
    let api: PodAPI
    let helm: Helm

    /// Starts an empty cluster beside some hosts, calls `body`, and takes all down; an error carries the server's log.
    static func with(_ plan: [HostPlan] = [], _ body: (InstalledCluster) async throws -> Void) async throws {
        try await VirtualNetwork.with(plan) { network in
            let api = try PodAPI(on: network.control)
            do {
                try await api.serve()
                let helm = try Helm(api, on: network.control)
                try await body(InstalledCluster(network: network, api: api, helm: helm))
            } catch {
                let log = await api.log
                await api.stop()
                throw Overdue(description: "\(error)\n\(log)")
            }
            await api.stop()
        }
    }

    /// Everything that is in the cluster, as `kind/name`; not who sent what in the past (events).
    func inventory() async throws -> Set<String> {
        let listed = try await api.kubectl("get", try await kinds(), "-A", "-o", "name", "--ignore-not-found")
        return Set(listed.split(separator: "\n").map(String.init))
    }

    /// The version of everything that is in the cluster, which every change of an object changes.
    func versions() async throws -> [String] {
        let path = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}"
        return try await api.kubectl("get", try await kinds(), "-A", "-o", path).split(separator: "\n").map(String.init)
            .sorted()
    }

    private func kinds() async throws -> String {
        try await api.kubectl("api-resources", "--verbs=list", "-o", "name").split(separator: "\n")
            .filter { !$0.hasPrefix("events") }.joined(separator: ",")
    }

    /// One object of the installation.
    func object(_ kind: String, _ name: String) async throws -> JSONValue {
        let text = try await api.kubectl("get", kind, name, "-n", "martlet-system", "-o", "json")
        return try JSON.decode(JSONValue.self, from: text)
    }

    /// The uids of all objects of the kinds that people write, which change when an object is deleted and made anew.
    func identities() async throws -> [String] {
        let kinds = "bgpclusterconfigs,bgppeerconfigs,bgpadvertisements,bgpnodeconfigoverrides,loadbalancerippools"
        let path = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid}{\"\\n\"}{end}"
        return try await api.kubectl("get", kinds, "-o", path).split(separator: "\n").map(String.init).sorted()
    }
}
