import KubeJSON
import KubeModel

/// What tells clients which kinds are served: `/api`, `/apis` and the lists below them.
struct Discovery {
    let resources: [ServedResource]

    private var groups: [(name: String, versions: [String])] {
        var order: [String] = []
        var versions: [String: [String]] = [:]
        for resource in resources where !resource.type.group.isEmpty {
            let type = resource.type
            if versions[type.group] == nil { order.append(type.group) }
            if versions[type.group]?.contains(type.version) != true {
                versions[type.group, default: []].append(type.version)
            }
        }
        return order.map { ($0, versions[$0] ?? []) }
    }

    /// `/api`: versions of the core group.
    var coreVersions: JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
        ]
    }

    /// `/apis`: all other groups.
    var groupList: JSONValue {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(groupObject))]
    }

    /// `/apis/GROUP`; nil when the group is not served.
    func group(_ name: String) -> JSONValue? {
        guard var object = groups.first(where: { $0.name == name }).map(groupObject) else { return nil }
        object.set("APIGroup", at: "kind")
        object.set("v1", at: "apiVersion")
        return object
    }

    private func groupObject(_ group: (name: String, versions: [String])) -> JSONValue {
        let versions: [JSONValue] = group.versions.map {
            ["groupVersion": .string("\(group.name)/\($0)"), "version": .string($0)]
        }
        return ["name": .string(group.name), "versions": .array(versions), "preferredVersion": versions.first ?? [:]]
    }

    /// `/api/v1` or `/apis/GROUP/VERSION`; nil when nothing of it is served.
    func resourceList(group: String, version: String) -> JSONValue? {
        let served = resources.filter { $0.type.group == group && $0.type.version == version }
        guard let first = served.first else { return nil }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(first.type.apiVersion),
            "resources": .array(served.flatMap(entries)),
        ]
    }

    private func entries(_ resource: ServedResource) -> [JSONValue] {
        let type = resource.type
        var entry: JSONValue = [
            "name": .string(type.plural), "singularName": .string(resource.names.singular),
            "namespaced": .bool(type.isNamespaced), "kind": .string(type.kind),
            "verbs": .array(resource.verbs.map(JSONValue.string)),
        ]
        if !resource.names.short.isEmpty {
            entry.set(.array(resource.names.short.map(JSONValue.string)), at: "shortNames")
        }
        if !resource.names.categories.isEmpty {
            entry.set(.array(resource.names.categories.map(JSONValue.string)), at: "categories")
        }
        if type == TokenRequest.account {
            return [
                entry,
                [
                    "name": "serviceaccounts/token", "singularName": "", "namespaced": true,
                    "group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest", "verbs": ["create"],
                ],
            ]
        }
        guard resource.hasStatus else { return [entry] }
        let status: JSONValue = [
            "name": .string("\(type.plural)/status"), "singularName": "", "namespaced": .bool(type.isNamespaced),
            "kind": .string(type.kind), "verbs": ["get", "patch", "update"],
        ]
        return [entry, status]
    }

    /// `/version`: the release whose behaviour is followed.
    static let version: JSONValue = [
        "major": "1", "minor": "32", "gitVersion": "v1.32.0+lab", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swift", "platform": "linux/amd64",
    ]
}
