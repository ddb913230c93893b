import BGPTypes
import KubeJSON
import KubeModel
import Synchronization

/// What the server completes in a Service that a person wrote.
enum ServiceDefaults {
    /// The service with defaults and, where it needs one, a cluster IP.
    static func completed(
        _ service: JSONValue,
        old: JSONValue?,
        allocator: ClusterIPAllocator
    ) throws(APIError) -> JSONValue {
        var service = service
        service.setDefault(["loadBalancer": [:]], at: "status")
        service.setDefault("ClusterIP", at: "spec", "type")
        service.setDefault("None", at: "spec", "sessionAffinity")
        let type = service.value(at: "spec", "type")?.string
        guard type != "ExternalName" else { return service }
        service.setDefault("Cluster", at: "spec", "internalTrafficPolicy")
        let isExternal = type == "LoadBalancer" || type == "NodePort"
        if isExternal || !(service.value(at: "spec", "externalIPs")?.array ?? []).isEmpty {
            service.setDefault("Cluster", at: "spec", "externalTrafficPolicy")
        }
        if type == "LoadBalancer" { service.setDefault(true, at: "spec", "allocateLoadBalancerNodePorts") }
        if let ports = service.value(at: "spec", "ports")?.array {
            service.set(.array(ports.map(portWithTarget)), at: "spec", "ports")
        }
        return addressed(service, old: old, allocator: allocator)
    }

    private static func portWithTarget(_ port: JSONValue) -> JSONValue {
        var port = port
        if let number = port["port"] { port.setDefault(number, at: "targetPort") }
        return port
    }

    private static func addressed(_ service: JSONValue, old: JSONValue?, allocator: ClusterIPAllocator) -> JSONValue {
        var service = service
        var address = service.value(at: "spec", "clusterIP")?.string ?? ""
        if address.isEmpty { address = service.value(at: "spec", "clusterIPs")?[0]?.string ?? "" }
        if address.isEmpty { address = old?.value(at: "spec", "clusterIP")?.string ?? "" }
        if address.isEmpty { address = allocator.next() }
        service.set(.string(address), at: "spec", "clusterIP")
        service.setDefault([.string(address)], at: "spec", "clusterIPs")
        let family = address.contains(":") ? "IPv6" : "IPv4"
        let addresses = service.value(at: "spec", "clusterIPs")?.array ?? []
        let families = addresses.map { JSONValue.string(($0.string ?? "").contains(":") ? "IPv6" : "IPv4") }
        service.setDefault(
            address == "None" ? [.string(family)] : .array(families),
            at: "spec",
            "ipFamilies"
        )
        let isDual = service.value(at: "spec", "ipFamilies")?.array?.count == 2
        service.setDefault(isDual ? "RequireDualStack" : "SingleStack", at: "spec", "ipFamilyPolicy")
        return service
    }
}

/// Hands out addresses of 10.96.0.0/12, the service network that kubeadm gives a cluster.
final class ClusterIPAllocator: Sendable {
    private struct State {
        var used: Set<String> = []
        var last: UInt32 = 0x0A60_0064
    }

    private static let first: UInt32 = 0x0A60_0001
    private static let end: UInt32 = 0x0A6F_FFFF
    private let state = Mutex(State())

    /// Notes an address that is in use.
    func reserve(_ address: String) { state.withLock { _ = $0.used.insert(address) } }

    /// Takes an address back.
    func release(_ address: String) { state.withLock { _ = $0.used.remove(address) } }

    /// A free address; empty when there is none left.
    func next() -> String {
        state.withLock { state in
            for _ in Self.first..<Self.end {
                state.last = state.last + 1 < Self.end ? state.last + 1 : Self.first
                let address = IPv4Address(rawValue: state.last).description
                if state.used.insert(address).inserted { return address }
            }
            return ""
        }
    }
}

/// What the server completes in a Namespace.
enum NamespaceDefaults {
    static func completed(_ namespace: JSONValue) -> JSONValue {
        var namespace = namespace
        if let name = namespace.value(at: "metadata", "name") {
            namespace.set(name, at: "metadata", "labels", "kubernetes.io/metadata.name")
        }
        namespace.setDefault(["kubernetes"], at: "spec", "finalizers")
        namespace.setDefault("Active", at: "status", "phase")
        return namespace
    }
}

/// What the server completes in a Secret.
enum SecretDefaults {
    static func completed(_ secret: JSONValue) -> JSONValue {
        var secret = secret
        secret.setDefault("Opaque", at: "type")
        for (name, text) in secret["stringData"]?.strings ?? [:] {
            secret.set(.string(Base64.encode(text)), at: "data", name)
        }
        secret.set(nil, at: "stringData")
        return secret
    }
}
