import BGPResources
import FoundationEssentials
package import KubeModel
import KubeYAML
package import Planning

/// The manifests that `-f` names, read as a world to plan with.
package struct ManifestInput: Sendable {
    /// The objects of the kinds that matter.
    package private(set) var world = PlanWorld()
    /// What cannot be read; the objects concerned are not in the world.
    package private(set) var diagnostics: [Diagnostic] = []

    private var manifests: [ObjectReference: ManifestObject] = [:]

    /// Nothing.
    package init() {}

    /// Reads files, directories with all below them, and `-` for standard input; throws when a path cannot be read.
    package init(paths: [String]) throws {
        for path in paths {
            for file in try Self.files(at: path) {
                guard file != "-" else {
                    read(TextInput.standardInput(), file: "<stdin>")
                    continue
                }
                guard let text = TextInput.contents(of: file) else {
                    throw CommandFailure.error("the file \"\(file)\" cannot be read")
                }
                read(text, file: file)
            }
        }
    }

    /// Adds the objects of a text; `file` is the name to print.
    package mutating func read(_ text: String, file: String) {
        let reader = ManifestReader(text: text, file: file)
        diagnostics += reader.diagnostics
        for manifest in reader.objects { add(manifest) }
    }

    /// The findings with the file, line and column of the object and field they are about, where it is from these files.
    package func located(_ findings: [Diagnostic]) -> [Diagnostic] {
        findings.map { finding in
            guard finding.file == nil, let object = finding.object, let manifest = manifests[object] else {
                return finding
            }
            let position = finding.field.map { manifest.position(of: $0) } ?? manifest.position
            var located = finding
            located.file = manifest.file
            located.line = position.line
            located.column = position.column
            return located
        }
    }

    private mutating func add(_ manifest: ManifestObject) {
        switch "\(manifest.apiVersion)/\(manifest.kind)" {
        case "v1/Node": take(manifest, \.nodes)
        case "v1/Service": take(manifest, \.services)
        case "v1/Secret": take(manifest, \.secrets)
        case "networking.k8s.io/v1/ServiceCIDR": take(manifest, \.serviceCIDRs)
        case "discovery.k8s.io/v1/EndpointSlice": take(manifest, \.endpointSlices)
        case "martlet.dev/v2/BGPClusterConfig": take(manifest, \.clusterConfigs, strict: true)
        case "martlet.dev/v2/BGPPeerConfig": take(manifest, \.peerConfigs, strict: true)
        case "martlet.dev/v2/BGPAdvertisement": take(manifest, \.advertisements, strict: true)
        case "martlet.dev/v2/BGPNodeConfigOverride": take(manifest, \.overrides, strict: true)
        case "martlet.dev/v2/BGPNodeConfig": take(manifest, \.nodeConfigs, strict: true)
        case "martlet.dev/v2/LoadBalancerIPPool": take(manifest, \.pools, strict: true)
        default:
            if let diagnostic = manifest.misnamed { diagnostics.append(diagnostic) }
        }
    }

    private mutating func take<Object: KubeObject>(
        _ manifest: ManifestObject,
        _ field: WritableKeyPath<PlanWorld, [Object]>,
        strict: Bool = false
    ) {
        let namespace = Object.type.isNamespaced ? manifest.namespace ?? "default" : nil
        let reference = ObjectReference(kind: manifest.kind, namespace: namespace, name: manifest.name)
        if let first = manifests[reference] {
            diagnostics.append(
                manifest.diagnostic(
                    reason: ManifestReason.duplicateObject,
                    field: nil,
                    message: "stands already at \(first.file):\(first.position.line), expected once; "
                        + "this one has no effect"
                )
            )
            return
        }
        let (object, found) = manifest.decode(Object.self, strict: strict)
        diagnostics += found
        guard var object else { return }
        manifests[reference] = manifest
        object.metadata.namespace = namespace
        if object.metadata.uid == nil { object.metadata.uid = "manifest:\(reference)" }
        world[keyPath: field].append(object)
    }

    /// The files behind a path: itself, or every manifest of a directory and below, in order.
    private static func files(at path: String) throws -> [String] {
        if path == "-" { return ["-"] }
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandFailure.error("the path \"\(path)\" does not exist")
        }
        guard isDirectory else { return [path] }
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let entries = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        return try entries.sorted().flatMap { entry -> [String] in
            let below = "\(base)/\(entry)"
            var isDirectory = false
            _ = FileManager.default.fileExists(atPath: below, isDirectory: &isDirectory)
            if isDirectory { return try files(at: below) }
            let isManifest = [".yaml", ".yml", ".json"].contains { entry.hasSuffix($0) }
            // kustomize's own files name no object.
            return isManifest && !entry.hasPrefix("kustomization.") ? [below] : []
        }
    }
}
