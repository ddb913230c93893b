import KubeJSON
import KubeModel

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
