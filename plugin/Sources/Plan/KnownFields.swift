import KubeJSON
import KubeModel
import KubeYAML

/// The fields of Kubernetes' own kinds, of which our types hold only those that we read.
///
/// Fields that stand below one without a list here are not looked at.
indirect enum KnownFields {
    /// An object of any fields.
    case any
    /// An object, or a list of objects, of these fields.
    case fields([String: KnownFields])

    /// An object of fields of which none is looked into.
    private static func names(_ names: String) -> KnownFields {
        .fields(Dictionary(uniqueKeysWithValues: names.split(separator: " ").map { (String($0), .any) }))
    }

    private func adding(_ more: [String: KnownFields]) -> KnownFields {
        guard case .fields(let fields) = self else { return self }
        return .fields(fields.merging(more) { $1 })
    }

    private static let metadata = names(
        "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation "
            + "labels managedFields name namespace ownerReferences resourceVersion selfLink uid"
    )

    private static func object(_ parts: [String: KnownFields]) -> KnownFields {
        .fields(parts.merging(["apiVersion": .any, "kind": .any, "metadata": metadata]) { own, _ in own })
    }

    private static let condition = names(
        "lastHeartbeatTime lastTransitionTime message observedGeneration reason status type"
    )

    /// By kind (core/v1, discovery.k8s.io/v1), as Kubernetes 1.36 has them.
    private static let kinds: [String: KnownFields] = [
        "Service": object([
            "spec": names(
                "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy "
                    + "healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass "
                    + "loadBalancerIP loadBalancerSourceRanges publishNotReadyAddresses selector sessionAffinity "
                    + "trafficDistribution type"
            ).adding([
                "ports": names("appProtocol name nodePort port protocol targetPort"),
                "sessionAffinityConfig": .fields(["clientIP": names("timeoutSeconds")]),
            ]),
            "status": .fields([
                "conditions": condition,
                "loadBalancer": .fields(["ingress": names("hostname ip ipMode ports")]),
            ]),
        ]),
        "Node": object([
            "spec": names("configSource externalID podCIDR podCIDRs providerID unschedulable").adding([
                "taints": names("effect key timeAdded value")
            ]),
            "status": names(
                "allocatable capacity config daemonEndpoints declaredFeatures features images nodeInfo phase "
                    + "runtimeHandlers volumesAttached volumesInUse"
            ).adding(["addresses": names("address type"), "conditions": condition]),
        ]),
        "EndpointSlice": object([
            "addressType": .any,
            "endpoints": names("addresses deprecatedTopology hints hostname nodeName targetRef zone").adding([
                "conditions": names("ready serving terminating")
            ]),
            "ports": names("appProtocol name port protocol"),
        ]),
        "Secret": object(["data": .any, "immutable": .any, "stringData": .any, "type": .any]),
    ]

    /// The fields of an object that its kind does not have, as warnings: a newer Kubernetes may have them.
    static func unknown(in manifest: ManifestObject) -> [Diagnostic] {
        guard let known = kinds[manifest.kind] else { return [] }
        return known.unknown(in: manifest.json, at: FieldPath()).map { path, names in
            var finding = manifest.unknownField(path, among: names, severity: .warning)
            // What belongs to the object as a whole is often written a level too low.
            if case .field(let name)? = path.steps.last, case .fields(let fields) = metadata, fields[name] != nil {
                finding.message = "unknown field, did you mean metadata.\(name)?"
            }
            return finding
        }
    }

    private func unknown(in json: JSONValue, at path: FieldPath) -> [(path: FieldPath, names: [String])] {
        guard case .fields(let fields) = self else { return [] }
        switch json {
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { name, value -> [(path: FieldPath, names: [String])] in
                if let known = fields[name] { return known.unknown(in: value, at: path.field(name)) }
                return value.isEmpty ? [] : [(path.field(name), fields.keys.sorted())]
            }
        case .array(let elements):
            return elements.enumerated().flatMap { index, element in unknown(in: element, at: path.index(index)) }
        case .null, .bool, .integer, .number, .string:
            return []
        }
    }
}
