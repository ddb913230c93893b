/// A Service, as far as announcing it needs (core/v1).
package struct Service: KubeObject {
    /// `services` in the core group.
    package static let type = ResourceType(
        group: "",
        version: "v1",
        kind: "Service",
        plural: "services",
        isNamespaced: true
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: Spec
    package var status: Status?

    /// Makes a Service.
    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// How nodes treat traffic of one kind (external or internal traffic policy).
    package enum TrafficPolicy: String, Hashable, Sendable, CaseIterable, Codable {
        /// Any endpoint may serve.
        case cluster = "Cluster"
        /// Only endpoints on the receiving node serve.
        case local = "Local"
    }

    /// The wish (core/v1 ServiceSpec).
    ///
    /// Words of open sets are kept as text, so that a new one never makes a
    /// Service unreadable.
    package struct Spec: Hashable, Sendable, Codable {
        /// `ClusterIP` (when absent), `NodePort`, `LoadBalancer`, `ExternalName`.
        package var type: String?
        /// Labels of the pods behind; absent when somebody else manages the endpoints.
        package var selector: [String: String]?
        /// What is served.
        package var ports: [Port]?
        /// The cluster's address; `None` when headless, empty or absent before it is given.
        package var clusterIP: String?
        /// Both families' addresses; the first equals `clusterIP`.
        package var clusterIPs: [String]?
        /// Addresses that the user routes to the nodes.
        package var externalIPs: [String]?
        /// The wished load balancer address (deprecated by Kubernetes, still used).
        package var loadBalancerIP: String?
        /// Who implements the load balancer; absent is the default implementation.
        package var loadBalancerClass: String?
        /// `Cluster` (when absent) or `Local`; governs load balancer and external addresses.
        package var externalTrafficPolicy: String?
        /// `Cluster` (when absent) or `Local`; governs the cluster's addresses.
        package var internalTrafficPolicy: String?
        /// `IPv4`, `IPv6` in the order of preference.
        package var ipFamilies: [String]?
        /// `SingleStack`, `PreferDualStack`, `RequireDualStack`.
        package var ipFamilyPolicy: String?
        /// Whether endpoints count as ready whatever their pods say.
        package var publishNotReadyAddresses: Bool?

        /// Makes an empty wish.
        package init(type: String? = nil) {
            self.type = type
        }
    }

    /// One served port (core/v1 ServicePort).
    package struct Port: Hashable, Sendable, Codable {
        /// The port's name, needed when there are several.
        package var name: String?
        /// `TCP` (when absent), `UDP`, `SCTP`.
        package var `protocol`: String?
        /// 1 to 65535.
        package var port: Int32
        /// The port on every node, if any.
        package var nodePort: Int32?

        /// Makes a port.
        package init(name: String? = nil, protocol: String? = nil, port: Int32, nodePort: Int32? = nil) {
            self.name = name
            self.protocol = `protocol`
            self.port = port
            self.nodePort = nodePort
        }
    }

    /// What is (core/v1 ServiceStatus).
    package struct Status: Hashable, Sendable, Codable {
        /// The load balancer's addresses.
        package var loadBalancer: LoadBalancer?
        /// Facts others state about the Service.
        package var conditions: [Condition]?

        /// Makes a status.
        package init(loadBalancer: LoadBalancer? = nil, conditions: [Condition]? = nil) {
            self.loadBalancer = loadBalancer
            self.conditions = conditions
        }
    }

    /// The load balancer's addresses (core/v1 LoadBalancerStatus).
    package struct LoadBalancer: Hashable, Sendable, Codable {
        /// One entry per address.
        package var ingress: [Ingress]?

        /// Makes the list.
        package init(ingress: [Ingress]? = nil) {
            self.ingress = ingress
        }
    }

    /// One address of the load balancer (core/v1 LoadBalancerIngress).
    package struct Ingress: Hashable, Sendable, Codable {
        /// The address; absent for balancers known by name.
        package var ip: String?
        /// The name; such entries are never announced.
        package var hostname: String?
        /// `VIP` or `Proxy`.
        package var ipMode: String?

        /// Makes an entry.
        package init(ip: String? = nil, hostname: String? = nil, ipMode: String? = nil) {
            self.ip = ip
            self.hostname = hostname
            self.ipMode = ipMode
        }
    }

    /// The effective external traffic policy; a word we do not know counts as Cluster, as in kube-proxy.
    package var externalTrafficPolicy: TrafficPolicy {
        spec.externalTrafficPolicy.flatMap(TrafficPolicy.init) ?? .cluster
    }

    /// The effective internal traffic policy.
    package var internalTrafficPolicy: TrafficPolicy {
        spec.internalTrafficPolicy.flatMap(TrafficPolicy.init) ?? .cluster
    }
}
