import KubeJSON
import KubeModel

/// What `kubectl get` shows for the built-in kinds.
enum BuiltinColumns {
    static let nameAndCreation: [TableColumn] = [
        .name,
        .text("Created At") { $0.value(at: "metadata", "creationTimestamp")?.string },
    ]

    static let namespaces: [TableColumn] = [
        .name, .text("Status") { $0.value(at: "status", "phase")?.string }, .age,
    ]

    static let nodes: [TableColumn] = [
        .name,
        .text("Status", nodeStatus),
        .text("Roles", nodeRoles),
        .age,
        .text("Version") { $0.value(at: "status", "nodeInfo", "kubeletVersion")?.string ?? "" },
        .text("Internal-IP", wide: true) { nodeAddress($0, "InternalIP") },
        .text("External-IP", wide: true) { nodeAddress($0, "ExternalIP") },
        .text("OS-Image", wide: true) { $0.value(at: "status", "nodeInfo", "osImage")?.string ?? "<unknown>" },
        .text("Kernel-Version", wide: true) {
            $0.value(at: "status", "nodeInfo", "kernelVersion")?.string ?? "<unknown>"
        },
        .text("Container-Runtime", wide: true) {
            $0.value(at: "status", "nodeInfo", "containerRuntimeVersion")?.string ?? "<unknown>"
        },
    ]

    private static func nodeStatus(_ node: JSONValue) -> String? {
        let conditions = node.value(at: "status", "conditions")?.array ?? []
        let ready = conditions.first { $0["type"]?.string == "Ready" }?["status"]?.string
        let status = ready == "True" ? "Ready" : ready == nil ? "Unknown" : "NotReady"
        return node.value(at: "spec", "unschedulable")?.bool == true ? "\(status),SchedulingDisabled" : status
    }

    private static func nodeRoles(_ node: JSONValue) -> String? {
        let prefix = "node-role.kubernetes.io/"
        var roles: Set<String> = []
        for (key, value) in node.value(at: "metadata", "labels")?.strings ?? [:] {
            if key.hasPrefix(prefix) { roles.insert(String(key.dropFirst(prefix.count))) }
            if key == "kubernetes.io/role" { roles.insert(value) }
        }
        roles.remove("")
        return roles.isEmpty ? nil : roles.sorted().joined(separator: ",")
    }

    private static func nodeAddress(_ node: JSONValue, _ type: String) -> String? {
        (node.value(at: "status", "addresses")?.array ?? []).first { $0["type"]?.string == type }?["address"]?.string
    }

    static let services: [TableColumn] = [
        .name,
        .text("Type") { $0.value(at: "spec", "type")?.string },
        .text("Cluster-IP") { service in
            let addresses = (service.value(at: "spec", "clusterIPs")?.array ?? []).compactMap(\.string)
            return addresses.isEmpty
                ? service.value(at: "spec", "clusterIP")?.string : addresses.joined(separator: ",")
        },
        .text("External-IP", externalAddresses),
        .text("Port(s)", servicePorts),
        .age,
        .text("Selector", wide: true) { labelText($0.value(at: "spec", "selector")) },
    ]

    private static func externalAddresses(_ service: JSONValue) -> String? {
        let external = (service.value(at: "spec", "externalIPs")?.array ?? []).compactMap(\.string)
        switch service.value(at: "spec", "type")?.string {
        case "ExternalName":
            return service.value(at: "spec", "externalName")?.string
        case "LoadBalancer":
            let ingress = service.value(at: "status", "loadBalancer", "ingress")?.array ?? []
            let all = ingress.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string } + external
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        default:
            return external.isEmpty ? nil : external.joined(separator: ",")
        }
    }

    private static func servicePorts(_ service: JSONValue) -> String? {
        let ports = (service.value(at: "spec", "ports")?.array ?? []).map { port in
            let number = port["port"]?.integer ?? 0
            let node = port["nodePort"]?.integer.map { ":\($0)" } ?? ""
            return "\(number)\(node)/\(port["protocol"]?.string ?? "TCP")"
        }
        return ports.isEmpty ? nil : ports.joined(separator: ",")
    }

    static func labelText(_ labels: JSONValue?) -> String? {
        let pairs = (labels?.strings ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return pairs.isEmpty ? nil : pairs.joined(separator: ",")
    }

    static let pods: [TableColumn] = [
        .name,
        .text("Ready") { pod in
            let statuses = pod.value(at: "status", "containerStatuses")?.array ?? []
            let count = pod.value(at: "spec", "containers")?.array?.count ?? 0
            return "\(statuses.count { $0["ready"]?.bool == true })/\(count)"
        },
        .text("Status") { pod in
            if pod.value(at: "metadata", "deletionTimestamp") != nil { return "Terminating" }
            return pod.value(at: "status", "reason")?.string ?? pod.value(at: "status", "phase")?.string ?? ""
        },
        .text("Restarts") { pod in
            let statuses = pod.value(at: "status", "containerStatuses")?.array ?? []
            return String(statuses.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) })
        },
        .age,
        .text("IP", wide: true) { $0.value(at: "status", "podIP")?.string },
        .text("Node", wide: true) { $0.value(at: "spec", "nodeName")?.string },
        .text("Nominated Node", wide: true) { $0.value(at: "status", "nominatedNodeName")?.string },
        .text("Readiness Gates", wide: true) { _ in nil },
    ]

    static let secrets: [TableColumn] = [
        .name, .text("Type") { $0["type"]?.string }, count("Data", ["data"]), .age,
    ]

    static let configMaps: [TableColumn] = [
        .name, count("Data", ["data"]), .age,
    ]

    static let serviceAccounts: [TableColumn] = [
        .name, count("Secrets", ["secrets"]), .age,
    ]

    private static func count(_ name: String, _ path: [String]) -> TableColumn {
        TableColumn(name: name, type: "string") { object, _ in
            let value = object.value(at: path)
            return .string(String(value?.object?.count ?? value?.array?.count ?? 0))
        }
    }

    static let leases: [TableColumn] = [
        .name, .text("Holder") { $0.value(at: "spec", "holderIdentity")?.string ?? "" }, .age,
    ]

    static let endpointSlices: [TableColumn] = [
        .name,
        .text("AddressType") { $0["addressType"]?.string },
        .text("Ports") { slice in
            let ports = (slice["ports"]?.array ?? []).compactMap { $0["port"]?.integer.map(String.init) }
            return ports.isEmpty ? "<unset>" : ports.joined(separator: ",")
        },
        .text("Endpoints") { slice in
            let all = (slice["endpoints"]?.array ?? []).flatMap { ($0["addresses"]?.array ?? []).compactMap(\.string) }
            guard !all.isEmpty else { return "<unset>" }
            return all.count > 3
                ? "\(all.prefix(3).joined(separator: ",")) + \(all.count - 3) more..." : all.joined(separator: ",")
        },
        .age,
    ]

    static let events: [TableColumn] = [
        TableColumn(name: "Last Seen", type: "string") { event, now in
            let times = [
                ["series", "lastObservedTime"], ["lastTimestamp"], ["deprecatedLastTimestamp"], ["eventTime"],
            ]
            let time = times.lazy.compactMap { event.value(at: $0)?.string }.first
            return .string(Age.text(time ?? event.value(at: "metadata", "creationTimestamp")?.string, now: now))
        },
        .text("Type") { $0["type"]?.string ?? "" },
        .text("Reason") { $0["reason"]?.string ?? "" },
        .text("Object") { event in
            let object = event["involvedObject"] ?? event["regarding"] ?? [:]
            return "\(object["kind"]?.string?.lowercased() ?? "")/\(object["name"]?.string ?? "")"
        },
        .text("Source", wide: true) { event in
            event["reportingComponent"]?.string ?? event["reportingController"]?.string ?? ""
        },
        .text("Message") { $0["message"]?.string ?? $0["note"]?.string ?? "" },
        .text("Name", wide: true) { $0.value(at: "metadata", "name")?.string },
    ]

    static let roleBindings: [TableColumn] = [
        .name,
        .text("Role") { binding in
            let role = binding["roleRef"] ?? [:]
            return "\(role["kind"]?.string ?? "")/\(role["name"]?.string ?? "")"
        },
        .age,
    ]

    static let deployments: [TableColumn] = [
        .name,
        .text("Ready") { workload in
            let wished = workload.value(at: "spec", "replicas")?.integer ?? 1
            return "\(workload.value(at: "status", "readyReplicas")?.integer ?? 0)/\(wished)"
        },
        number("Up-to-date", ["status", "updatedReplicas"]),
        number("Available", ["status", "availableReplicas"]),
        .age,
    ]

    static let daemonSets: [TableColumn] = [
        .name,
        number("Desired", ["status", "desiredNumberScheduled"]),
        number("Current", ["status", "currentNumberScheduled"]),
        number("Ready", ["status", "numberReady"]),
        number("Up-to-date", ["status", "updatedNumberScheduled"]),
        number("Available", ["status", "numberAvailable"]),
        .text("Node Selector") { labelText($0.value(at: "spec", "template", "spec", "nodeSelector")) },
        .age,
    ]

    private static func number(_ name: String, _ path: [String]) -> TableColumn {
        TableColumn(name: name, type: "integer") { object, _ in .integer(object.value(at: path)?.integer ?? 0) }
    }
}
