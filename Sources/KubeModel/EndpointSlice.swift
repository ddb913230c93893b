/// A slice of a Service's endpoints (discovery.k8s.io/v1).
package struct EndpointSlice: KubeObject {
    /// `endpointslices`.
    package static let type = ResourceType(
        group: "discovery.k8s.io",
        version: "v1",
        kind: "EndpointSlice",
        plural: "endpointslices",
        isNamespaced: true
    )

    /// The label that names the Service.
    package static let serviceNameLabel = "kubernetes.io/service-name"

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// `IPv4`, `IPv6` or `FQDN`.
    package var addressType: String
    /// The endpoints; absent counts as none.
    package var endpoints: [Endpoint]?

    /// Makes a slice.
    package init(metadata: ObjectMeta, addressType: String, endpoints: [Endpoint]? = nil) {
        self.metadata = metadata
        self.addressType = addressType
        self.endpoints = endpoints
    }

    /// One endpoint (discovery/v1 Endpoint).
    package struct Endpoint: Hashable, Sendable, Codable {
        /// The addresses, all equivalent.
        package var addresses: [String]
        /// Its state.
        package var conditions: Conditions?
        /// The node it runs on.
        package var nodeName: String?

        /// Makes an endpoint.
        package init(addresses: [String], conditions: Conditions? = nil, nodeName: String? = nil) {
            self.addresses = addresses
            self.conditions = conditions
            self.nodeName = nodeName
        }
    }

    /// The state of an endpoint (discovery/v1 EndpointConditions).
    package struct Conditions: Hashable, Sendable, Codable {
        /// Whether it takes new traffic; unset counts as true.
        package var ready: Bool?
        /// Whether it answers, terminating or not; unset follows `ready`.
        package var serving: Bool?
        /// Whether it is on its way out; unset counts as false.
        package var terminating: Bool?

        /// Makes a state.
        package init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
            self.ready = ready
            self.serving = serving
            self.terminating = terminating
        }
    }

    /// The Service the slice belongs to; nil for slices without the label.
    package var serviceKey: ObjectKey? {
        metadata.labels?[Self.serviceNameLabel].map { ObjectKey(namespace: metadata.namespace, name: $0) }
    }
}
