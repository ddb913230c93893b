import KubeJSON
import KubeModel

/// JSON merge patch (RFC 7386).
enum MergePatch {
    /// The target with the patch applied: null removes a member, objects merge, everything else replaces.
    static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = target?.object ?? [:]
        for (name, change) in changes {
            if change.isNull {
                members.removeValue(forKey: name)
            } else {
                members[name] = apply(change, to: members[name])
            }
        }
        return .object(members)
    }
}
