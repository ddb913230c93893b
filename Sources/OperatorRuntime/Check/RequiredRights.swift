import KubeJSON
import KubeModel

/// A right that a program needs, as RBAC grants it; what `config/rbac` grants is held against these.
package struct RequiredRight: Hashable, Sendable {
    /// Where it has to hold.
    package enum Scope: Hashable, Sendable {
        /// In the whole cluster, or on objects without a namespace.
        case cluster
        /// In the namespace of the installation.
        case installation
        /// In the namespace `default`, where events of objects without a namespace are.
        case defaultNamespace
    }

    /// Where it has to hold.
    package let scope: Scope
    /// The API group, empty for the core group.
    package let group: String
    /// The resource, with a slash and the subresource if that is meant.
    package let resource: String
    /// The one object it is about; nil for all.
    package let name: String?
    /// What may be done, in the order of the manifests.
    package let verbs: [String]

    private init(
        _ group: String,
        _ resource: String,
        name: String? = nil,
        in scope: Scope = .cluster,
        _ verbs: [String]
    ) {
        self.scope = scope
        self.group = group
        self.resource = resource
        self.name = name
        self.verbs = verbs
    }

    /// What is read, as messages call it.
    package var description: String {
        let parts = resource.split(separator: "/", maxSplits: 1)
        let kind = (parts.first ?? "") + (group.isEmpty ? "" : ".\(group)") + (parts.count > 1 ? "/\(parts[1])" : "")
        let place =
            switch scope {
            case .cluster: ""
            case .installation: " in the namespace of the installation"
            case .defaultNamespace: " in the namespace default"
            }
        return kind + (name.map { " \($0)" } ?? "") + place
    }

    private static let follow = ["get", "list", "watch"]
    private static let report = ["get", "patch"]
    private static let ours = "martlet.dev"

    /// What both programs read that is not ours, and whom they ask about those who read their pages.
    private static let shared: [RequiredRight] =
        [
            RequiredRight("", "nodes", follow),
            RequiredRight("", "services", follow),
            RequiredRight("", "namespaces", name: "kube-system", ["get"]),
            RequiredRight("networking.k8s.io", "servicecidrs", follow),
            RequiredRight("cilium.io", "ciliumnodes", follow),
            RequiredRight("crd.projectcalico.org", "blockaffinities", follow),
            RequiredRight("projectcalico.org", "blockaffinities", follow),
            RequiredRight("authentication.k8s.io", "tokenreviews", ["create"]),
            RequiredRight("authorization.k8s.io", "subjectaccessreviews", ["create"]),
            RequiredRight("", "secrets", in: .installation, ["get"]),
        ]
        + ["ciliumnodes.cilium.io", "blockaffinities.crd.projectcalico.org", "blockaffinities.projectcalico.org"]
        .map { RequiredRight("apiextensions.k8s.io", "customresourcedefinitions", name: $0, follow) }

    /// The kinds that people write, which both programs read.
    private static let wishes = [
        "bgpclusterconfigs", "bgppeerconfigs", "bgpadvertisements", "bgpnodeconfigoverrides", "loadbalancerippools",
    ]

    /// What the operator needs.
    package static let ofOperator: [RequiredRight] =
        wishes.map { RequiredRight(ours, $0, follow) } + wishes.map { RequiredRight(ours, "\($0)/status", report) }
        + [
            RequiredRight(ours, "bgpnodeconfigs", follow + ["create", "patch", "delete"]),
            RequiredRight(ours, "bgpclusterconfigs/finalizers", ["update"]),
            RequiredRight("", "services/status", report),
            RequiredRight("events.k8s.io", "events", ["create", "patch"]),
            RequiredRight("coordination.k8s.io", "leases", in: .installation, ["get", "create", "update"]),
            RequiredRight("", "configmaps", in: .installation, ["get", "list", "create", "update", "delete"]),
        ] + shared

    /// What a speaker needs.
    package static let ofSpeaker: [RequiredRight] =
        (wishes + ["bgpnodeconfigs"]).map { RequiredRight(ours, $0, follow) }
        + [
            RequiredRight(ours, "bgpnodeconfigs/status", report),
            RequiredRight("discovery.k8s.io", "endpointslices", follow),
            RequiredRight("events.k8s.io", "events", in: .defaultNamespace, ["create", "patch"]),
        ] + shared
}

extension RequiredRight {
    /// What a review asks about one verb; `namespace` is that of the installation.
    func attributes(_ verb: String, namespace: String) -> JSONValue {
        let parts = resource.split(separator: "/", maxSplits: 1)
        var attributes: [String: JSONValue] = [
            "verb": .string(verb), "group": .string(group), "resource": .string(String(parts.first ?? "")),
        ]
        if parts.count > 1 { attributes["subresource"] = .string(String(parts[1])) }
        attributes["name"] = name.map(JSONValue.string)
        switch scope {
        case .cluster: break
        case .installation: attributes["namespace"] = .string(namespace)
        case .defaultNamespace: attributes["namespace"] = "default"
        }
        return .object(attributes)
    }
}
