import KubeClient
import KubeJSON
import KubeModel
import KubeYAML
import LabAPIServer

/// Carries out the steps of a scenario on a lab.
struct ScenarioStep: Sendable {
    let scenario: Scenario
    let lab: RunningLab
    /// How long an expectation may take to come true.
    let timeout: Duration
    let plugin: ScenarioRunner.Plugin

    func carryOut(_ action: ScenarioAction) async throws {
        switch action {
        case .nodes: break
        case .apply(let files):
            try await applier.apply(try objects(files))
            try await LabNode.applyOverrides(of: lab.nodes, with: lab.client)
        case .patch(let files):
            for object in try objects(files) {
                let (type, key) = try await applier.place(of: object.json)
                _ = try await lab.client.write(.patch(type, key, .merge(object.json)))
            }
        case .delete(let files):
            for object in try objects(files) {
                let (type, key) = try await applier.place(of: object.json)
                _ = try await lab.client.send(.delete(type, key))
            }
        case .label(let node, let labels):
            let values = labels.mapValues { $0.map { .string($0) } ?? JSONValue.null }
            _ = try await lab.client.patch(
                Node.self,
                ObjectKey(name: node),
                .merge(["metadata": ["labels": .object(values)]])
            )
        case .endpoints(let namespace, let service, let nodes):
            try await applier.apply(slice(of: service, in: namespace, on: nodes))
        case .stop(let node): lab.speakers[node]?.turn(on: false)
        case .start(let node): lab.speakers[node]?.turn(on: true)
        case .router(let file): try await expectRouter(file)
        case .condition(let kind, let name, let type, let status, let reason):
            try await expectCondition(of: kind, name, type, status, reason)
        case .plugin(let words, let file, let status): try await expectPlugin(words, file, status)
        }
    }

    var applier: ManifestApplier { ManifestApplier(client: lab.client) }

    /// The objects of files; what is wrong with them has the lines of the scenario.
    private func objects(_ names: [String]) throws -> [ManifestObject] {
        var objects: [ManifestObject] = []
        for name in names {
            guard let file = scenario.files[name] else { continue }
            let reader = ManifestReader(
                text: String(repeating: "\n", count: file.line) + file.text,
                file: scenario.path
            )
            if let fault = reader.diagnostics.first {
                throw ScenarioFailure(path: scenario.path, line: fault.line ?? file.line, message: fault.message)
            }
            objects += reader.objects
        }
        return objects
    }

    /// The endpoints of a Service: one pod on each node, by the node's own pod network.
    private func slice(of service: String, in namespace: String, on nodes: [String: Bool]) -> JSONValue {
        let endpoints = lab.nodes.compactMap { node -> JSONValue? in
            guard let isReady = nodes[node.name] else { return nil }
            return [
                "addresses": [.string("10.244.\(node.number).10")], "nodeName": .string(node.name),
                "conditions": ["ready": .bool(isReady), "serving": .bool(isReady), "terminating": false],
            ]
        }
        return [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string("\(service)-lab"), "namespace": .string(namespace),
                "labels": ["kubernetes.io/service-name": .string(service)],
            ],
            "addressType": "IPv4", "ports": [["port": 8080, "protocol": "TCP"]], "endpoints": .array(endpoints),
        ]
    }
}
