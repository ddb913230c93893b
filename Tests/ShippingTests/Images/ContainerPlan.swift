import FoundationEssentials
import KubeJSON
import KubeModel
import KubeYAML
import TestSupport

/// How a container runs: what the kubelet would tell a container runtime of a pod's container.
struct ContainerPlan: Sendable {
    /// A folder of the machine that the container sees.
    struct Mount: Sendable {
        /// The folder or file.
        var source: String
        /// Where the container sees it.
        var destination: String
        /// Whether it may not write there.
        var isReadOnly: Bool
    }

    /// What follows the image's entrypoint, or with `replacesEntrypoint` the whole command.
    var arguments: [String] = []
    /// Whether the arguments begin with the program.
    var replacesEntrypoint = false
    /// Variables, besides the image's.
    var environment: [String: String] = [:]
    /// The user and the group of the process.
    var user: Int64 = 65532
    var group: Int64 = 65532
    /// Capabilities without `CAP_`.
    var capabilities: [String] = []
    /// Whether the image's files cannot be written.
    var isRootReadOnly = true
    /// Whether programs may get powers by files that give them.
    var mayGainPrivileges = false
    /// Whether it may make only the system calls that container runtimes allow by default.
    var isFiltered = true
    /// What it sees of the machine.
    var mounts: [Mount] = []
}

extension ContainerPlan {
    /// The first container of a Deployment or DaemonSet.
    ///
    /// `fields` are the pod's fields that variables are made of, by their path such as `spec.nodeName`; `folders` are the
    /// volumes by their names. Throws when the manifest names others. Limits are not taken over.
    init(workload: JSONValue, fields: [String: String], folders: [String: String]) throws {
        guard let pod = workload["spec"]?["template"]?["spec"], let container = pod["containers"]?[0] else {
            throw Overdue(description: "no pod template with a container in \(workload)")
        }
        for entry in container["env"]?.array ?? [] {
            let name = entry["name"]?.string ?? ""
            let path = entry["valueFrom"]?["fieldRef"]?["fieldPath"]?.string
            guard let value = entry["value"]?.string ?? path.flatMap({ fields[$0] }) else {
                throw Overdue(description: "variable \(name) has no value: \(entry)")
            }
            environment[name] = value
        }
        arguments = (container["args"]?.array ?? []).compactMap(\.string).map { argument in
            environment.reduce(argument) { $0.replacing("$(\($1.key))", with: $1.value) }
        }
        let security = container["securityContext"]
        user = (security?["runAsUser"] ?? pod["securityContext"]?["runAsUser"])?.integer ?? user
        group = (security?["runAsGroup"] ?? pod["securityContext"]?["runAsGroup"])?.integer ?? group
        isRootReadOnly = security?["readOnlyRootFilesystem"]?.bool ?? false
        mayGainPrivileges = security?["allowPrivilegeEscalation"]?.bool ?? true
        let profile = security?["seccompProfile"] ?? pod["securityContext"]?["seccompProfile"]
        isFiltered = profile?["type"] == "RuntimeDefault"
        guard (security?["capabilities"]?["drop"]?.array ?? []).contains("ALL") else {
            throw Overdue(description: "expected capabilities that drop ALL: \(container)")
        }
        capabilities = (security?["capabilities"]?["add"]?.array ?? []).compactMap(\.string)
        for entry in container["volumeMounts"]?.array ?? [] {
            let name = entry["name"]?.string ?? ""
            guard let source = folders[name], let destination = entry["mountPath"]?.string else {
                throw Overdue(description: "volume \(name) has no folder in this test: \(entry)")
            }
            mounts.append(
                Mount(source: source, destination: destination, isReadOnly: entry["readOnly"]?.bool ?? false)
            )
        }
    }

    /// The first container of the only workload in a manifest of the repository.
    init(manifest: String, fields: [String: String], folders: [String: String]) throws {
        let documents = try YAMLDocument.parse(Checkout.read(manifest), file: manifest).map(\.json)
        guard let workload = documents.first(where: { $0["spec"]?["template"] != nil }) else {
            throw Overdue(description: "\(manifest): no workload")
        }
        try self.init(workload: workload, fields: fields, folders: folders)
    }
}
