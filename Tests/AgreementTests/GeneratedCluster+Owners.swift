import KubeJSON
import KubeModel

/// What is not the cluster's own to announce: addresses of others, what other controllers wrote, Services that no proxy serves.
extension GeneratedCluster {
    /// External addresses that are mostly another's: of nodes, pods, routers, cluster IPs, pools and nobody.
    mutating func addressesOfOthers(than service: Int) -> [String] {
        some(
            [
                "10.0.0.1", "2001:db8:10::2", "10.112.1.77", "2001:db8:112:2::7", "127.0.0.9",
                "10.42.1.7", "2001:db8:42:2::7", "10.245.0.70", "2001:db8:245::7",
                "10.96.1.\((service + 1) % 4 + 1)", "198.51.100.0", "198.51.100.17", "2001:db8:5:0::1",
            ],
            10
        )
    }

    /// The networks of cluster IPs that the cluster names.
    mutating func network() -> JSONValue {
        let networks = ["10.96.1.0/24"] + some(["203.0.113.2/31", "2001:db8:96::/64"])
        return manifest(
            "networking.k8s.io/v1",
            "ServiceCIDR",
            "more",
            ["spec": ["cidrs": .array(networks.map { .string($0) })]]
        )
    }

    /// Makes one Service another controller's, with a status of that, and one now and then a name.
    mutating func giveToAnother(_ service: Int, _ body: inout [String: JSONValue]) {
        guard var spec = body["spec"]?.object else { return }
        switch service {
        case 3:
            spec["type"] = "LoadBalancer"
            spec["externalTrafficPolicy"] = .string(pick(["Cluster", "Local"]))
            spec["loadBalancerClass"] = "else.where/lb"
            let given = some(["203.0.113.1", "198.51.100.1", "10.0.0.2", "2001:db8:5:0::2", "203.0.113.77"], 30)
            body["status"] = [
                "loadBalancer": ["ingress": .array(given.map { ["ip": .string($0)] })]
            ]
        case 4 where chance(30):
            for name in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] {
                spec[name] = nil
            }
            spec["externalTrafficPolicy"] = nil
            spec["type"] = "ExternalName"
            spec["externalName"] = "db.example.com"
        default: break
        }
        body["spec"] = .object(spec)
    }

    /// A Secret with a password, or one without.
    mutating func secret(_ number: Int) -> JSONValue {
        let (name, key, value) =
            number == 0 ? ("keyless", "other", "eA==") : ("word", "password", pick(["b25l", "dHdv"]))
        return manifest("v1", "Secret", name, namespace: AgreementCluster.namespace, ["data": [key: .string(value)]])
    }

    /// What Cilium writes behind the Services of its Gateway API and Ingress.
    var proxyOfPlugin: JSONValue { ["addresses": ["192.192.192.192"], "conditions": ["ready": true]] }
}
