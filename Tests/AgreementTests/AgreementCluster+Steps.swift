import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import LabAPIServer
import TestCluster
import TestSupport

extension AgreementCluster {
    /// Makes a change as a user, kubelet or controller does.
    func make(_ change: GeneratedCluster.Change) async throws {
        switch change {
        case .apply(let object): try await ManifestApplier(client: cluster.client).apply(object)
        case .delete(let object):
            guard let path = Self.path(of: object) else { return }
            _ = try await cluster.client.send(KubeRequest(.delete, path))
        case .replace(let object):
            guard let path = Self.path(of: object) else { return }
            _ = try await cluster.client.send(KubeRequest(.delete, path))
            try await ManifestApplier(client: cluster.client).apply(object)
        }
    }

    /// The objects as they will be after a change, as a person would hand them to `plan` before making it.
    static func objects(_ objects: JSONValue, after change: GeneratedCluster.Change) -> JSONValue {
        let path = path(of: change.object)
        var items = objects["items"]?.array ?? []
        let index = items.firstIndex { Self.path(of: $0) == path }
        switch change {
        case .replace: break
        case .delete:
            if let index { items.remove(at: index) }
            // The objects of a kind go with it.
            let gone = change.object["spec"]?["names"]?["kind"]
            if gone != nil { items.removeAll { $0["kind"] == gone } }
        case .apply(let object):
            guard let index else {
                items.append(object)
                break
            }
            items[index] = replacing(items[index], with: object)
        }
        return ["apiVersion": "v1", "kind": "List", "items": .array(items)]
    }

    /// What a person wrote in the place of what is there; what the server and the operator added stays.
    private static func replacing(_ present: JSONValue, with object: JSONValue) -> JSONValue {
        var members = present.object ?? [:]
        for (name, value) in object.object ?? [:] where name != "metadata" { members[name] = value }
        var metadata = present["metadata"]?.object ?? [:]
        metadata["labels"] = object["metadata"]?["labels"]
        metadata["annotations"] = object["metadata"]?["annotations"]
        members["metadata"] = .object(metadata)
        return .object(members)
    }

    private static func path(of object: JSONValue) -> String? {
        let name = object["metadata"]?["name"]?.string ?? ""
        let key = ObjectKey(namespace: object["metadata"]?["namespace"]?.string, name: name)
        let kinds: [any KubeObject.Type] = [
            Node.self, Service.self, EndpointSlice.self, Secret.self, ServiceCIDR.self, BGPClusterConfig.self,
            BGPPeerConfig.self,
            BGPAdvertisement.self, BGPNodeConfigOverride.self, BGPNodeConfig.self, LoadBalancerIPPool.self,
            CustomResourceDefinition.self, CiliumNode.self, BlockAffinity.self,
        ]
        return kinds.first { $0.type.kind == object["kind"]?.string }?.type.path(key)
    }

    /// The sessions that are up, with how often each was established so far, whichever the router.
    var established: [SessionName: Int] {
        var counts: [SessionName: Int] = [:]
        var up: Set<SessionName> = []
        for (session, seen) in routers.flatMap(\.sessionCounts) {
            counts[session, default: 0] += seen.count
            if seen.isUp { up.insert(session) }
        }
        return counts.filter { up.contains($0.key) }
    }

    /// Waits until everything has come to rest, and returns the plan of what is there.
    ///
    /// That is: the operator has written the NodeConfigs that a plan has, every speaker and the operator have looked at
    /// the generation that is there, all sessions that may come up are up and no others, and the four views agree.
    func settle(_ what: String) async throws -> JSONValue {
        var settled = JSONValue.null
        try await eventually("\(what): the cluster settles", is: [String](), within: .seconds(60)) {
            () async throws -> [String] in
            let objects = try await objects()
            let outdated = Self.outdated(objects)
            guard outdated.isEmpty else { return outdated }
            let plan = try await self.plan(objects)
            settled = plan
            let wanted = PlanDocument(plan)
            let passwords = Self.passwords(objects, wanted)
            routers.forEach { $0.expect(passwords) }
            var lines: [String] = []
            if Self.nodeConfigs(objects) != wanted.specs {
                lines.append("the operator has not written what the plan has")
            }
            let up = Set(established.keys)
            lines += up.symmetricDifference(wanted.sessions).sorted().map { session in
                "\(session) is \(up.contains(session) ? "up, and should not be" : "not up")"
            }
            return try await lines.isEmpty ? agreement(objects, plan).disagreements : lines
        }
        return settled
    }

    private static func nodeConfigs(_ objects: JSONValue) -> [String: JSONValue] {
        let configured = (objects["items"]?.array ?? []).filter { $0["kind"] == "BGPNodeConfig" }
        return Dictionary(
            configured.map { ($0["metadata"]?["name"]?.string ?? "", $0["spec"] ?? .null) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Objects of ours whose condition Ready is about an earlier generation.
    private static func outdated(_ objects: JSONValue) -> [String] {
        (objects["items"]?.array ?? []).compactMap { object in
            guard object["apiVersion"] == "martlet.dev/v2" else { return nil }
            let ready = object["status"]?["conditions"]?.array?.first { $0["type"] == "Ready" }
            guard ready?["observedGeneration"] != object["metadata"]?["generation"] else { return nil }
            // Pools have other conditions, which the addresses of Services follow.
            if object["kind"] == "LoadBalancerIPPool" { return nil }
            return "\(object["kind"]?.string ?? "") \(object["metadata"]?["name"]?.string ?? "") is not observed yet"
        }
    }
}

/// What a test looks at in a plan.
struct PlanDocument {
    /// The NodeConfigs' specs by node.
    private(set) var specs: [String: JSONValue] = [:]
    /// The sessions that may come up.
    private(set) var sessions: Set<SessionName> = []
    /// What a change does to every session, where the plan compares.
    private(set) var effects: [SessionName: String] = [:]
    /// What every peer is told, without what a comparison adds.
    private(set) var routes: [SessionName: JSONValue] = [:]
    /// The addresses of Services.
    private(set) var addresses: [String: JSONValue] = [:]

    init(_ document: JSONValue) {
        for node in document["nodes"]?.array ?? [] {
            let name = node["name"]?.string ?? ""
            specs[name] = node["nodeConfig"]?["spec"]
            for instance in node["instances"]?.array ?? [] {
                for peer in instance["peers"]?.array ?? [] {
                    let session = SessionName(
                        node: name,
                        instance: instance["name"]?.string ?? "",
                        peer: peer["name"]?.string ?? ""
                    )
                    effects[session] = peer["sessionEffect"]?.string
                    // A peer that is no longer configured is listed as well; one that is kept down says why.
                    guard peer["sessionEffect"] != "Removed" || peer["down"] != nil else { continue }
                    if peer["down"] == nil { sessions.insert(session) }
                    routes[session] = .array((peer["routes"]?.array ?? []).map { $0.without("change") })
                }
            }
        }
        for service in document["services"]?.array ?? [] {
            let key = "\(service["namespace"]?.string ?? "")/\(service["name"]?.string ?? "")"
            addresses[key] = service["addresses"]
        }
    }
}

extension JSONValue {
    /// The value as JSON on one line, for failure messages.
    var compact: String { (try? JSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    fileprivate func without(_ name: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[name] = nil
        return .object(members)
    }
}
