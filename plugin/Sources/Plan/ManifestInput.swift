import BGPResources
package import Inspection
import KubeClient
import KubeJSON
package import KubeModel
import KubeYAML
import PlainText
import Planning

/// The manifests that `-f` names, read as a world to plan with.
package struct ManifestInput: Sendable {
    /// The objects of the kinds that matter.
    package private(set) var world = PlanWorld()
    /// What cannot be read; the objects concerned are not in the world.
    package private(set) var diagnostics: [Diagnostic] = []

    private var manifests: [ObjectReference: ManifestObject] = [:]
    private var unread = UnreadKinds()

    /// Whether an object was not taken, so that what follows from the others is not the whole truth.
    package var isIncomplete: Bool { hasLeftOut || diagnostics.contains { $0.severity == .error } }

    /// Whether something was left that may be meant to be read.
    private var hasLeftOut = false

    /// How many objects there are, of whatever kind.
    private var count = 0

    /// Nothing.
    package init() {}

    /// Reads files, directories with all below them, and `-` for standard input.
    ///
    /// Throws when a path cannot be read, when a directory holds no manifests and must not be empty, and when there is not one
    /// object unless `mayHoldNothing`: what should have made the manifests may have failed.
    package init(paths: [String], mayBeEmpty: Bool = false, mayHoldNothing: Bool = false) throws {
        var left = BoundedFile.longestManifests
        for path in paths {
            let found = try ManifestPaths(at: path, mayBeEmpty: mayBeEmpty)
            diagnostics += found.diagnostics
            if found.diagnostics.contains(where: { $0.severity == .warning }) { hasLeftOut = true }
            for input in found.paths {
                do throws(BoundedFile.Fault) {
                    let text = try input.text(most: left)
                    left -= text.utf8.count
                    read(text, file: input.name)
                } catch {
                    try note(error, of: input)
                }
            }
        }
        guard !mayBeEmpty, diagnostics.isEmpty, manifests.isEmpty, count > 0 || !mayHoldNothing else { return }
        guard count > 0 else {
            let names = paths.map { $0 == "-" ? "standard input" : "\"\($0)\"" }.asSentence()
            throw CommandFailure.error("\(names) \(paths.count == 1 ? "holds" : "hold") no manifests")
        }
        diagnostics.append(
            Diagnostic(
                severity: .info,
                reason: .missingObjects,
                message: "no object is of a kind that is looked at here"
            )
        )
    }

    /// One file among others that lie there is told; one that was asked for by name must be there.
    private mutating func note(_ fault: BoundedFile.Fault, of input: TextInput) throws {
        guard case .found(let file) = input else {
            throw CommandFailure.error("the file \"\(input.name)\" cannot be read: \(fault)")
        }
        unread.note(nil)
        diagnostics.append(
            Diagnostic(
                severity: .error,
                reason: ReasonCode.invalidManifest,
                message: "the file cannot be read: \(fault)",
                file: file
            )
        )
    }

    /// Adds the objects of a text; `file` is the name to print.
    package mutating func read(_ text: String, file: String) {
        let reader = ManifestReader(text: text, file: file)
        diagnostics += reader.diagnostics
        if !reader.diagnostics.isEmpty { unread.note(nil) }
        for manifest in reader.objects {
            count += 1
            add(manifest)
        }
    }

    /// The findings with the file, line and column of the object and field they are about, where it is from these files.
    ///
    /// What is only said to be absent because it could not be read is left out.
    package func located(_ findings: [Diagnostic]) -> [Diagnostic] {
        findings.filter { !unread.explain($0) }.map { finding in
            guard finding.file == nil, let object = finding.object, let manifest = manifests[object] else {
                return finding
            }
            let position = finding.field.map { manifest.position(of: manifest.written($0)) } ?? manifest.position
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
        case "cilium.io/v2/CiliumNode": take(manifest, \.ciliumNodes)
        case "crd.projectcalico.org/v1/BlockAffinity": take(manifest, \.blockAffinities)
        case "projectcalico.org/v3/BlockAffinity": take(manifest, \.laterBlockAffinities)
        case "apiextensions.k8s.io/v1/CustomResourceDefinition" where manifest.name == CiliumNode.type.definitionName:
            world.servesCiliumNodes = true
        case "v1/Service": take(manifest, \.services)
        case "v1/Secret": take(manifest, \.secrets)
        case "networking.k8s.io/v1/ServiceCIDR", "networking.k8s.io/v1beta1/ServiceCIDR":
            take(manifest, \.serviceCIDRs)
        case "discovery.k8s.io/v1/EndpointSlice": take(manifest, \.endpointSlices)
        case "martlet.dev/v2/BGPClusterConfig": take(manifest, \.clusterConfigs, strict: true)
        case "martlet.dev/v2/BGPPeerConfig": take(manifest, \.peerConfigs, strict: true)
        case "martlet.dev/v2/BGPAdvertisement": take(manifest, \.advertisements, strict: true)
        case "martlet.dev/v2/BGPNodeConfigOverride": take(manifest, \.overrides, strict: true)
        case "martlet.dev/v2/BGPNodeConfig": take(manifest, \.nodeConfigs, strict: true)
        case "martlet.dev/v2/LoadBalancerIPPool": take(manifest, \.pools, strict: true)
        default:
            guard let diagnostic = manifest.misnamed else { return }
            diagnostics.append(diagnostic)
            if diagnostic.severity == .error { unread.note(nil) }
            // What is for another product takes nothing from the plan.
            if !manifest.isOfAnotherProduct { hasLeftOut = true }
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
                    reason: ReasonCode.duplicateObject,
                    field: nil,
                    message: "stands already at \(first.file):\(first.position.line), expected once; "
                        + "this one has no effect"
                )
            )
            return
        }
        let inspected = manifest.inspect(Object.self, strict: strict, otherNames: ForeignNames.fields)
        diagnostics += inspected.diagnostics + manifest.slips
        guard var object = inspected.object else {
            diagnostics += manifest.brokenRules(inspected)
            return unread.note(manifest.kind)
        }
        manifests[reference] = manifest
        object.metadata.namespace = namespace
        if object.metadata.uid == nil { object.metadata.uid = "manifest:\(reference)" }
        world[keyPath: field].append(object)
    }
}

extension FieldPath {
    /// Whether both are elements of one list, which rules compare with each other.
    fileprivate func isBeside(_ other: FieldPath) -> Bool {
        guard case .index? = steps.last, case .index? = other.steps.last else { return false }
        return steps.dropLast() == other.steps.dropLast()
    }
}

extension ManifestObject {
    /// The rules that a faulty object breaks besides, as far as its faults have nothing to do with them.
    fileprivate func brokenRules<Object: KubeObject>(_ inspected: InspectedObject<Object>) -> [Diagnostic] {
        guard let rest = inspected.rest as? any ValidatableResource else { return [] }
        let unusable = (rest as? LoadBalancerIPPool).map { PoolLayout($0).faults } ?? []
        // One word about a block is enough, and what nobody knows by its name is in its place as if it were not written.
        let places = inspected.mended + unusable.map(\.path) + inspected.diagnostics.compactMap(\.field)
        func isSound(_ fault: FieldError, _ places: [FieldPath]) -> Bool {
            places.allSatisfy { place in
                !place.steps.starts(with: fault.path.steps) && !fault.path.steps.starts(with: place.steps)
            } && !inspected.mended.contains { $0.isBeside(fault.path) }
        }
        let told = unusable.filter { isSound($0, inspected.mended + inspected.diagnostics.compactMap(\.field)) }
        return told.map { diagnostic(reason: .invalidBlocks, field: $0.path, message: $0.message) }
            + rest.validate().filter { isSound($0, places) }
            .map { diagnostic(reason: .invalidSpec, field: $0.path, message: $0.message) }
    }

    /// The field as it is written: what a Secret holds may stand in plain text beside.
    fileprivate func written(_ field: FieldPath) -> FieldPath {
        guard kind == Secret.type.kind, field.steps.first == .field("data"), json["stringData"] != nil else {
            return field
        }
        return FieldPath([.field("stringData")] + field.steps.dropFirst())
    }
}
