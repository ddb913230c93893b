import FoundationEssentials
package import KubeClient
package import KubeJSON
package import KubeModel
package import KubeYAML

/// Applies manifests of any kind to an API server, as `kubectl apply --server-side` does, status included.
package struct ManifestApplier: Sendable {
    private let client: KubeClient

    /// Takes the server.
    package init(client: KubeClient) {
        self.client = client
    }

    /// Who the server remembers as the owner of the fields.
    static let fieldManager = "bgp-lab"

    /// Applies all manifests of files and directories, namespaces first.
    ///
    /// Throws `LabFailure` with every fault of the files, or `KubeError` when the server refuses an object.
    package func apply(_ paths: [String]) async throws {
        var objects: [ManifestObject] = []
        var faults: [String] = []
        for file in try paths.flatMap(Self.files) {
            guard let text = try? String(contentsOf: URL(filePath: file), encoding: .utf8) else {
                throw LabFailure("\(file): expected a readable text file")
            }
            let reader = ManifestReader(text: text, file: file)
            objects += reader.objects
            faults += reader.diagnostics.map(\.description)
        }
        guard faults.isEmpty else { throw LabFailure(faults.joined(separator: "\n")) }
        try await apply(objects)
    }

    /// Applies objects, namespaces first.
    package func apply(_ objects: [ManifestObject]) async throws {
        let namespaces = objects.filter { $0.kind == "Namespace" }
        for object in namespaces + objects.filter({ $0.kind != "Namespace" }) { try await apply(object.json) }
    }

    /// Applies one object, and its status if the manifest has one.
    package func apply(_ manifest: JSONValue) async throws {
        let (type, key) = try await place(of: manifest)
        var members = manifest.object ?? [:]
        let status = members.removeValue(forKey: "status")
        _ = try await client.apply(type, key, .object(members), fieldManager: Self.fieldManager, force: true)
        guard let status, type.kind != "CustomResourceDefinition" else { return }
        var metadata: [String: JSONValue] = ["name": .string(key.name)]
        metadata["namespace"] = key.namespace.map { .string($0) }
        let report: JSONValue = [
            "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": .object(metadata),
            "status": status,
        ]
        _ = try await client.apply(
            type,
            key,
            report,
            fieldManager: Self.fieldManager,
            force: true,
            subresource: "status"
        )
    }

    /// Where an object of a manifest belongs.
    package func place(of manifest: JSONValue) async throws -> (ResourceType, ObjectKey) {
        guard let apiVersion = manifest["apiVersion"]?.string, let kind = manifest["kind"]?.string,
            let name = manifest["metadata"]?["name"]?.string
        else { throw LabFailure("expected apiVersion, kind and metadata.name in a manifest") }
        let type = try await resourceType(apiVersion: apiVersion, kind: kind)
        let namespace = type.isNamespaced ? manifest["metadata"]?["namespace"]?.string ?? "default" : nil
        return (type, ObjectKey(namespace: namespace, name: name))
    }

    /// Asks the server where it keeps a kind (Kubernetes API discovery).
    package func resourceType(apiVersion: String, kind: String) async throws -> ResourceType {
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        let (group, version) = parts.count == 2 ? (parts[0], parts[1]) : ("", apiVersion)
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(apiVersion)"
        let list = try await client.send(KubeRequest(.get, path), as: ResourceList.self)
        guard let entry = list.resources.first(where: { $0.kind == kind && !$0.name.contains("/") }) else {
            throw LabFailure("the API server has no kind \(kind) in \(apiVersion)")
        }
        return ResourceType(
            group: group,
            version: version,
            kind: kind,
            plural: entry.name,
            isNamespaced: entry.namespaced
        )
    }

    private static func files(_ path: String) throws -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw LabFailure("\(path): expected a file or directory of manifests")
        }
        guard isDirectory else { return [path] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || $0.hasSuffix(".json") }
            // Of kustomize, and no object.
            .filter { $0 != "kustomization.yaml" }
            .map { "\(path)/\($0)" }
    }
}

/// The kinds of one group and version (meta/v1 APIResourceList).
private struct ResourceList: Decodable {
    struct Entry: Decodable {
        let name: String
        let kind: String
        let namespaced: Bool
    }

    let resources: [Entry]
}

/// Why a lab cannot start, for a person.
package struct LabFailure: Error, CustomStringConvertible {
    /// One sentence, or one line for each fault of the manifests.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
