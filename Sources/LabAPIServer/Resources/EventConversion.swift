import KubeJSON
import KubeModel

/// `events.k8s.io/v1` events are the core group's events under other field names.
enum EventConversion {
    private static let names = [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ]

    static let conversion = ResourceConversion(
        toStored: { renamed($0, names, apiVersion: "v1") },
        fromStored: { renamed($0, names.map { ($1, $0) }, apiVersion: "events.k8s.io/v1") }
    )

    private static func renamed(_ value: JSONValue, _ names: [(String, String)], apiVersion: String) -> JSONValue {
        guard var members = value.object, members["apiVersion"]?.string != apiVersion else { return value }
        for (old, new) in names {
            guard let member = members.removeValue(forKey: old) else { continue }
            members[new] = member
        }
        members["apiVersion"] = .string(apiVersion)
        return .object(members)
    }
}
