import BGPTypes
import KubeJSON
import KubeModel

/// One node of the lab: a loopback address that stands for a machine.
struct LabNode: Sendable {
    /// Its place, from 1.
    let number: Int

    /// The namespace of operator and speakers.
    static let namespace = "martlet-system"
    /// Where speakers serve their state, each on its own address.
    static let adminPort = 9179
    /// Where the operator serves its state, on 127.0.0.1 and so to everybody there.
    static let operatorPort: Int64 = 9178

    var name: String { "node\(number)" }

    /// 127.0.0.2 for the first; 127.0.0.1 is the router.
    var address: IPv4Address { IPv4Address(127, 0, 0, UInt8(clamping: number + 1)) }

    /// The Node, as kubelet and a cloud would have made it.
    var node: JSONValue {
        [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": .string(name),
                "labels": [
                    "kubernetes.io/hostname": .string(name), "topology.kubernetes.io/region": "berlin",
                    "topology.kubernetes.io/zone": "rack-1",
                ],
            ],
            "spec": [
                "podCIDR": .string("10.244.\(number).0/24"), "podCIDRs": [.string("10.244.\(number).0/24")],
            ],
            "status": [
                "addresses": [
                    ["type": "InternalIP", "address": .string(address.description)],
                    ["type": "Hostname", "address": .string(name)],
                ],
                "conditions": [["type": "Ready", "status": "True"]],
            ],
        ]
    }

    /// The service accounts of operator and speakers, and of those who read what they serve.
    static var accounts: [JSONValue] {
        ["bgp-operator", "bgp-speaker", "bgp-viewer"].map { name in
            [
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": .string(name), "namespace": .string(namespace)],
            ]
        }
    }

    /// The operator's Pod, by which kubectl finds what is deleted and still counts.
    static var operatorPod: JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": "bgp-operator", "namespace": .string(namespace),
                "labels": ["app.kubernetes.io/name": "bgp-operator"],
            ],
            "spec": [
                "serviceAccountName": "bgp-operator",
                "containers": [
                    [
                        "name": "operator", "image": "bgp-operator", "args": ["--admin-plain"],
                        "ports": [["name": "admin", "containerPort": .integer(operatorPort)]],
                    ]
                ],
            ],
            "status": [
                "phase": "Running", "podIP": "127.0.0.1", "conditions": [["type": "Ready", "status": "True"]],
            ],
        ]
    }

    /// The speaker's Pod, by which kubectl finds its state.
    var pod: JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string("bgp-speaker-\(name)"), "namespace": .string(Self.namespace),
                "labels": ["app.kubernetes.io/name": "bgp-speaker"],
            ],
            "spec": [
                "nodeName": .string(name), "serviceAccountName": "bgp-speaker", "hostNetwork": true,
                "containers": [
                    [
                        "name": "speaker", "image": "bgp-speaker",
                        "ports": [["name": "admin", "containerPort": .integer(Int64(Self.adminPort))]],
                    ]
                ],
            ],
            "status": [
                "phase": "Running", "podIP": .string(address.description),
                "conditions": [["type": "Ready", "status": "True"]],
            ],
        ]
    }
}
