/// A Pod, as far as finding a speaker's needs (core/v1).
package struct Pod: KubeObject {
    /// `pods` in the core group.
    package static let type = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true)

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// Where it runs and what it runs.
    package var spec: Spec?
    package var status: Status?

    /// Makes a Pod.
    package init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Where it runs and what it runs (core/v1 PodSpec).
    package struct Spec: Hashable, Sendable, Codable {
        package var nodeName: String?
        /// As whom its programs speak to the API server.
        package var serviceAccountName: String?
        /// Whether its network is the node's own.
        package var hostNetwork: Bool?
        package var containers: [Container]?

        /// Makes a spec.
        package init(
            nodeName: String? = nil,
            serviceAccountName: String? = nil,
            hostNetwork: Bool? = nil,
            containers: [Container]? = nil
        ) {
            self.nodeName = nodeName
            self.serviceAccountName = serviceAccountName
            self.hostNetwork = hostNetwork
            self.containers = containers
        }
    }

    /// One container (core/v1 Container).
    package struct Container: Hashable, Sendable, Codable {
        package var name: String
        /// What replaces the image's entry point.
        package var command: [String]?
        /// The words after it.
        package var args: [String]?
        /// Its named ports.
        package var ports: [Port]?

        /// Makes a container.
        package init(name: String, command: [String]? = nil, args: [String]? = nil, ports: [Port]? = nil) {
            self.name = name
            self.command = command
            self.args = args
            self.ports = ports
        }
    }

    /// One port of a container (core/v1 ContainerPort).
    package struct Port: Hashable, Sendable, Codable {
        package var name: String?
        /// 1 to 65535.
        package var containerPort: Int32

        /// Makes a port.
        package init(name: String? = nil, containerPort: Int32) {
            self.name = name
            self.containerPort = containerPort
        }
    }

    /// What is (core/v1 PodStatus).
    package struct Status: Hashable, Sendable, Codable {
        /// `Pending`, `Running` and so on.
        package var phase: String?
        /// The first address.
        package var podIP: String?
        /// Facts such as Ready.
        package var conditions: [Condition]?

        /// Makes a status.
        package init(phase: String? = nil, podIP: String? = nil, conditions: [Condition]? = nil) {
            self.phase = phase
            self.podIP = podIP
            self.conditions = conditions
        }
    }
}
