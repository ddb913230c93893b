import KubeModel

/// Names in one sentence: `a, b and c`, the first ten and then how many more.
func list(_ names: [String]) -> String {
    guard names.count <= 10 else {
        return names.prefix(10).joined(separator: ", ") + " and \(names.count - 10) more"
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}

/// Well-known marks on Nodes.
package enum NodeMark {
    /// The label that keeps external load balancer traffic away from a node, unless its value is `false`.
    package static let excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers"
}

extension FieldPath {
    /// The name of the innermost field.
    var lastName: String {
        for step in steps.reversed() {
            if case .field(let name) = step { return name }
        }
        return ""
    }
}
