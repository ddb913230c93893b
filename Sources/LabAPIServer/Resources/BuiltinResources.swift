import KubeModel

/// The kinds the server serves without a CustomResourceDefinition.
enum BuiltinResources {
    static let namespaces = GroupResource(group: "", resource: "namespaces")
    static let services = GroupResource(group: "", resource: "services")
    static let pods = GroupResource(group: "", resource: "pods")
    static let customResourceDefinitions = GroupResource(
        group: "apiextensions.k8s.io",
        resource: "customresourcedefinitions"
    )

    static let all: [ServedResource] = core + apps + rbac + others

    private static let core: [ServedResource] = [
        make("", "v1", "Namespace", "namespaces", isNamespaced: false, short: ["ns"], BuiltinSchemas.namespace) {
            $0.hasStatus = true
            $0.columns = BuiltinColumns.namespaces
            $0.selectableFields.insert("status.phase")
        },
        make("", "v1", "Node", "nodes", isNamespaced: false, short: ["no"], BuiltinSchemas.node) {
            $0.hasStatus = true
            $0.columns = BuiltinColumns.nodes
            $0.selectableFields.insert("spec.unschedulable")
        },
        make("", "v1", "Service", "services", short: ["svc"], BuiltinSchemas.service) {
            $0.hasStatus = true
            $0.names.categories = ["all"]
            $0.columns = BuiltinColumns.services
            $0.selectableFields.formUnion(["spec.type", "spec.clusterIP"])
        },
        make("", "v1", "Pod", "pods", short: ["po"], BuiltinSchemas.pod) {
            $0.hasStatus = true
            $0.names.categories = ["all"]
            $0.columns = BuiltinColumns.pods
            $0.selectableFields.formUnion(["spec.nodeName", "status.phase", "status.podIP"])
        },
        make("", "v1", "Secret", "secrets", BuiltinSchemas.secret) {
            $0.columns = BuiltinColumns.secrets
            $0.selectableFields.insert("type")
        },
        make("", "v1", "ConfigMap", "configmaps", short: ["cm"], BuiltinSchemas.configMap) {
            $0.columns = BuiltinColumns.configMaps
        },
        make("", "v1", "ServiceAccount", "serviceaccounts", short: ["sa"], BuiltinSchemas.serviceAccount) {
            $0.columns = BuiltinColumns.serviceAccounts
        },
        make("", "v1", "Endpoints", "endpoints", short: ["ep"], BuiltinSchemas.open) { _ in },
        make("", "v1", "Event", "events", short: ["ev"], BuiltinSchemas.coreEvent) {
            $0.columns = BuiltinColumns.events
            $0.selectableFields.formUnion([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        },
    ]

    private static let apps: [ServedResource] = [
        make("apps", "v1", "Deployment", "deployments", short: ["deploy"], BuiltinSchemas.workload) {
            $0.hasStatus = true
            $0.tracksGeneration = true
            $0.names.categories = ["all"]
            $0.columns = BuiltinColumns.deployments
        },
        make("apps", "v1", "DaemonSet", "daemonsets", short: ["ds"], BuiltinSchemas.workload) {
            $0.hasStatus = true
            $0.tracksGeneration = true
            $0.names.categories = ["all"]
            $0.columns = BuiltinColumns.daemonSets
        },
    ]

    private static let rbac: [ServedResource] = [
        make("rbac.authorization.k8s.io", "v1", "Role", "roles", BuiltinSchemas.role) {
            $0.columns = BuiltinColumns.nameAndCreation
        },
        make("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", BuiltinSchemas.roleBinding) {
            $0.columns = BuiltinColumns.roleBindings
        },
        make(
            "rbac.authorization.k8s.io",
            "v1",
            "ClusterRole",
            "clusterroles",
            isNamespaced: false,
            BuiltinSchemas.role
        ) {
            $0.columns = BuiltinColumns.nameAndCreation
        },
        make(
            "rbac.authorization.k8s.io",
            "v1",
            "ClusterRoleBinding",
            "clusterrolebindings",
            isNamespaced: false,
            BuiltinSchemas.roleBinding
        ) {
            $0.columns = BuiltinColumns.roleBindings
        },
    ]

    private static let others: [ServedResource] = [
        make("events.k8s.io", "v1", "Event", "events", short: ["ev"], BuiltinSchemas.event) {
            $0.columns = BuiltinColumns.events
            $0.conversion = EventConversion.conversion
            $0.selectableFields.formUnion(["reason", "type"])
        },
        make("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", BuiltinSchemas.endpointSlice) {
            $0.columns = BuiltinColumns.endpointSlices
        },
        make("coordination.k8s.io", "v1", "Lease", "leases", BuiltinSchemas.lease) {
            $0.columns = BuiltinColumns.leases
        },
        make("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", short: ["pdb"], BuiltinSchemas.open) {
            $0.hasStatus = true
            $0.tracksGeneration = true
        },
        make(
            "scheduling.k8s.io",
            "v1",
            "PriorityClass",
            "priorityclasses",
            isNamespaced: false,
            short: ["pc"],
            BuiltinSchemas.open
        ) { _ in },
        make("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", short: ["netpol"], BuiltinSchemas.open) {
            $0.tracksGeneration = true
        },
        make("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", isNamespaced: false, BuiltinSchemas.open) {
            $0.hasStatus = true
        },
        // Kept, not evaluated: the lab has no CEL.
        make(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingAdmissionPolicy",
            "validatingadmissionpolicies",
            isNamespaced: false,
            BuiltinSchemas.open
        ) {
            $0.hasStatus = true
            $0.tracksGeneration = true
        },
        make(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings",
            isNamespaced: false,
            BuiltinSchemas.open
        ) { _ in },
        make(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            isNamespaced: false,
            short: ["crd", "crds"],
            BuiltinSchemas.customResourceDefinition
        ) {
            $0.hasStatus = true
            $0.tracksGeneration = true
            $0.names.categories = ["api-extensions"]
            $0.columns = BuiltinColumns.nameAndCreation
        },
    ]

    private static func make(
        _ group: String,
        _ version: String,
        _ kind: String,
        _ plural: String,
        isNamespaced: Bool = true,
        short: [String] = [],
        _ schema: StructuralSchema,
        _ adjust: (inout ServedResource) -> Void
    ) -> ServedResource {
        // Both groups of events show the same objects, kept in the core form.
        let home = plural == "events" ? "" : group
        var resource = ServedResource(
            type: ResourceType(
                group: group,
                version: version,
                kind: kind,
                plural: plural,
                isNamespaced: isNamespaced
            ),
            names: ServedResource.Names(singular: kind.lowercased(), short: short),
            collection: GroupResource(group: home, resource: plural),
            schema: schema
        )
        adjust(&resource)
        return resource
    }
}
