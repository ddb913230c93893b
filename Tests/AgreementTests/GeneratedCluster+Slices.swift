import Inspection
import KubeJSON
import KubeModel

/// Endpoints on nodes, on none, and the network plugin's own proxy.
extension GeneratedCluster {
    /// A slice of a Service's endpoints; the six of them are of five Services.
    mutating func slice(_ number: Int) -> JSONValue {
        let service = number % 5
        let isIPv6 = number % 3 == 1
        let endpoints = (0..<pick([0, 1, 2, 3])).map { index -> JSONValue in
            var endpoint: [String: JSONValue] = [
                "addresses": [
                    .string(isIPv6 ? "2001:db8:112:\(index)::\(10 + number)" : "10.112.\(index).\(10 + number)")
                ]
            ]
            if chance(85) { endpoint["nodeName"] = .string(pick(AgreementCluster.Plan.nodes)) }
            switch pick([0, 1, 2, 3, 4, 5]) {
            case 0: endpoint["conditions"] = ["ready": false, "serving": true, "terminating": true]
            case 1: endpoint["conditions"] = ["ready": false, "serving": false, "terminating": false]
            case 2: break
            default: endpoint["conditions"] = ["ready": true, "serving": true, "terminating": false]
            }
            return .object(endpoint)
        }
        let isProxy = !isIPv6 && chance(10)
        return manifest(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            "s\(service)-\(number)",
            namespace: service < 3 ? "default" : "shop",
            labels: ["kubernetes.io/service-name": .string("s\(service)")],
            [
                "addressType": .string(isIPv6 ? "IPv6" : "IPv4"),
                "endpoints": .array(isProxy ? [proxyOfPlugin] : endpoints),
                "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
            ]
        )
    }
}
