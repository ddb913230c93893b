import KubeJSON
import KubeModel

/// Schemas of built-in kinds, whole where people write them, open where only machines do.
enum BuiltinSchemas {
    private typealias W = SchemaWords

    private static let labelSelector = W.atomic(
        W.object([
            "matchLabels": W.map(of: W.text()),
            "matchExpressions": W.list(
                of: W.object(["key": W.text(), "operator": W.text(), "values": W.list(of: W.text())])
            ),
        ])
    )

    private static let objectReference = W.atomic(
        W.object([
            "apiVersion": W.text(), "kind": W.text(), "namespace": W.text(), "name": W.text(), "uid": W.text(),
            "resourceVersion": W.text(), "fieldPath": W.text(),
        ])
    )

    static let service = W.kind(
        "Service is a named abstraction of software listening on a port, and the selector of the pods that answer.",
        [
            "spec": W.object(
                [
                    "type": W.text("How the service is exposed: ClusterIP, NodePort, LoadBalancer or ExternalName."),
                    "selector": W.atomic(W.map(of: W.text(), "Labels of the pods that traffic goes to.")),
                    "ports": W.list(
                        of: W.object(
                            [
                                "name": W.text("Name of the port, unique within the service."),
                                "port": W.integer("The port the service is reached at."),
                                "protocol": withDefault("TCP", W.text("TCP, UDP or SCTP.")),
                                "appProtocol": W.text("The application protocol of the port."),
                                "targetPort": W.integerOrText("Number or name of the port of the pods."),
                                "nodePort": W.integer("The port on each node for NodePort and LoadBalancer."),
                            ],
                            required: ["port"]
                        ),
                        by: ["port", "protocol"],
                        mergeKey: "port",
                        "The ports the service is reached at."
                    ),
                    "clusterIP": W.text("The address inside the cluster, or None."),
                    "clusterIPs": W.list(of: W.text(), "The addresses inside the cluster, one a family."),
                    "externalIPs": W.list(of: W.text(), "Addresses for which nodes also accept traffic."),
                    "externalName": W.text("The name that an ExternalName service stands for."),
                    "externalTrafficPolicy": W.text("Cluster or Local: which endpoints external traffic may reach."),
                    "internalTrafficPolicy": W.text("Cluster or Local: which endpoints internal traffic may reach."),
                    "healthCheckNodePort": W.integer("Where load balancers probe when the policy is Local."),
                    "ipFamilies": W.list(of: W.text(), "IPv4, IPv6 or both."),
                    "ipFamilyPolicy": W.text("SingleStack, PreferDualStack or RequireDualStack."),
                    "loadBalancerIP": W.text("The address asked for; deprecated."),
                    "loadBalancerClass": W.text("The implementation that serves the load balancer."),
                    "loadBalancerSourceRanges": W.list(of: W.text(), "Clients that may reach the load balancer."),
                    "allocateLoadBalancerNodePorts": W.truth("Whether a LoadBalancer also gets node ports."),
                    "publishNotReadyAddresses": W.truth("Whether endpoints count before they are ready."),
                    "sessionAffinity": W.text("ClientIP or None."),
                    "sessionAffinityConfig": W.open(),
                    "trafficDistribution": W.text("Preference among endpoints, such as PreferClose."),
                ],
                "The wish."
            ),
            "status": W.object(
                [
                    "conditions": W.conditions,
                    "loadBalancer": W.object([
                        "ingress": W.list(
                            of: W.object([
                                "ip": W.text(), "hostname": W.text(), "ipMode": W.text(), "ports": W.list(of: W.open()),
                            ])
                        )
                    ]),
                ],
                "What is so at present."
            ),
        ]
    )

    static let namespace = W.kind(
        "Namespace provides a scope for names.",
        [
            "spec": W.object(["finalizers": W.list(of: W.text())]),
            "status": W.object(["phase": W.text(), "conditions": W.conditions]),
        ]
    )

    static let node = W.kind(
        "Node is a worker of the cluster.",
        [
            "spec": W.object([
                "podCIDR": W.text("The pod network of the node."),
                "podCIDRs": W.set(of: W.text(), "The pod networks of the node, one a family."),
                "providerID": W.text(), "unschedulable": W.truth("Whether new pods may come."),
                "externalID": W.text(), "configSource": W.open(),
                "taints": W.list(
                    of: W.object(
                        ["key": W.text(), "value": W.text(), "effect": W.text(), "timeAdded": W.nullable(W.time())]
                    )
                ),
            ]),
            "status": W.open([
                "conditions": W.conditions,
                // A node of two families has two addresses of a type, so the type is no key.
                "addresses": W.list(of: W.object(["type": W.text(), "address": W.text()])),
                "capacity": W.map(of: W.integerOrText()), "allocatable": W.map(of: W.integerOrText()),
                "nodeInfo": W.open(), "phase": W.text(),
            ]),
        ]
    )

    private static let container = W.open([
        "name": W.text(), "image": W.text(), "command": W.list(of: W.text()), "args": W.list(of: W.text()),
        "ports": W.list(
            of: W.object([
                "name": W.text(), "containerPort": W.integer(), "protocol": withDefault("TCP", W.text()),
                "hostPort": W.integer(), "hostIP": W.text(),
            ]),
            by: ["containerPort", "protocol"],
            mergeKey: "containerPort"
        ),
        "env": W.list(of: W.open(["name": W.text(), "value": W.text()]), by: ["name"]),
        "volumeMounts": W.list(of: W.open(["mountPath": W.text(), "name": W.text()]), by: ["mountPath"]),
    ])

    private static let podSpec = W.open([
        "nodeName": W.text(), "serviceAccountName": W.text(), "hostNetwork": W.truth(),
        "containers": W.list(of: container, by: ["name"]),
        "initContainers": W.list(of: container, by: ["name"]),
        "volumes": W.list(of: W.open(["name": W.text()]), by: ["name"]),
        "imagePullSecrets": W.list(of: W.open(["name": W.text()]), by: ["name"]),
        "hostAliases": W.list(of: W.open(["ip": W.text()]), by: ["ip"]),
        "nodeSelector": W.atomic(W.map(of: W.text())),
        "tolerations": W.list(of: W.open()),
    ])

    static let pod = W.kind(
        "Pod is a group of containers that run on one node.",
        [
            "spec": podSpec,
            "status": W.open([
                "phase": W.text(), "podIP": W.text(), "hostIP": W.text(), "conditions": W.conditions,
                "podIPs": W.list(of: W.open(["ip": W.text()]), by: ["ip"]),
                "containerStatuses": W.list(of: W.open()),
            ]),
        ]
    )

    private static let podTemplate = W.open(["metadata": W.metadata, "spec": podSpec])

    static let workload = W.kind(
        "A workload that keeps pods of a template running.",
        [
            "spec": W.open(["replicas": W.integer(), "selector": labelSelector, "template": podTemplate]),
            "status": W.open(["conditions": W.conditions]),
        ]
    )

    static let secret = W.kind(
        "Secret holds secret data.",
        [
            "type": W.text("What the data is for."), "immutable": W.truth(),
            "data": W.map(of: W.text(), "The data, base64 encoded."),
            "stringData": W.map(of: W.text(), "Data in plain text, written into data."),
        ]
    )

    static let configMap = W.kind(
        "ConfigMap holds configuration data.",
        ["immutable": W.truth(), "data": W.map(of: W.text()), "binaryData": W.map(of: W.text())]
    )

    static let lease = W.kind(
        "Lease defines a lease concept.",
        [
            "spec": W.object([
                "holderIdentity": W.text(), "leaseDurationSeconds": W.integer(), "leaseTransitions": W.integer(),
                "acquireTime": W.nullable(W.time()), "renewTime": W.nullable(W.time()), "strategy": W.text(),
                "preferredHolder": W.text(),
            ])
        ]
    )

    static let endpointSlice = W.kind(
        "EndpointSlice holds a part of the endpoints of a service.",
        [
            "addressType": W.text("IPv4, IPv6 or FQDN."),
            "endpoints": W.list(
                of: W.object([
                    "addresses": W.set(of: W.text()),
                    "conditions": W.object(["ready": W.truth(), "serving": W.truth(), "terminating": W.truth()]),
                    "hostname": W.text(), "nodeName": W.text(), "zone": W.text(), "targetRef": objectReference,
                    "deprecatedTopology": W.map(of: W.text()), "hints": W.open(),
                ])
            ),
            "ports": W.list(
                of: W.object([
                    "name": W.text(), "protocol": W.text(), "port": W.integer(), "appProtocol": W.text(),
                ])
            ),
        ]
    )

    static let customResourceDefinition = W.kind(
        "CustomResourceDefinition is a kind that is added to the server.",
        ["spec": W.open(["versions": W.list(of: W.open())]), "status": W.open(["conditions": W.conditions])]
    )

    static let serviceAccount = W.kind(
        "ServiceAccount is an identity for processes.",
        [
            "automountServiceAccountToken": W.truth(), "secrets": W.list(of: W.open(), by: ["name"]),
            "imagePullSecrets": W.list(of: W.open()),
        ]
    )

    static let role = W.kind(
        "A set of permissions.",
        [
            "rules": W.list(
                of: W.object([
                    "apiGroups": W.list(of: W.text()), "resources": W.list(of: W.text()), "verbs": W.list(of: W.text()),
                    "resourceNames": W.list(of: W.text()), "nonResourceURLs": W.list(of: W.text()),
                ])
            ), "aggregationRule": W.open(),
        ]
    )

    static let roleBinding = W.kind(
        "Grants a role to subjects.",
        [
            "roleRef": W.atomic(W.object(["apiGroup": W.text(), "kind": W.text(), "name": W.text()])),
            "subjects": W.list(
                of: W.object(["apiGroup": W.text(), "kind": W.text(), "name": W.text(), "namespace": W.text()])
            ),
        ]
    )

    static let coreEvent = W.kind(
        "Event is a report of an event somewhere in the cluster.",
        [
            "action": W.text(), "count": W.integer(), "eventTime": W.nullable(W.time()),
            "firstTimestamp": W.nullable(W.time()), "involvedObject": objectReference,
            "lastTimestamp": W.nullable(W.time()), "message": W.text(), "reason": W.text(),
            "related": objectReference, "reportingComponent": W.text(), "reportingInstance": W.text(),
            "series": W.open(), "source": W.open(), "type": W.text(),
        ]
    )

    static let event = W.kind(
        "Event is a report of an event somewhere in the cluster.",
        [
            "action": W.text(), "deprecatedCount": W.integer(), "eventTime": W.nullable(W.time()),
            "deprecatedFirstTimestamp": W.nullable(W.time()), "regarding": objectReference,
            "deprecatedLastTimestamp": W.nullable(W.time()), "note": W.text(), "reason": W.text(),
            "related": objectReference, "reportingController": W.text(), "reportingInstance": W.text(),
            "series": W.open(), "deprecatedSource": W.open(), "type": W.text(),
        ]
    )

    /// A kind of which only type and metadata are known.
    static let open: StructuralSchema = {
        var schema = W.kind("An object that is kept as it is.", [:]).source
        schema.set(true, at: "x-kubernetes-preserve-unknown-fields")
        return StructuralSchema(schema)
    }()

    private static func withDefault(_ value: JSONValue, _ schema: JSONValue) -> JSONValue {
        var schema = schema
        schema.set(value, at: "default")
        return schema
    }
}
