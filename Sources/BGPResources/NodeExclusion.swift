import PlainText

/// What the label `node.kubernetes.io/exclude-from-external-load-balancers` on a node means.
package enum NodeExclusion: String, ListedValue {
    /// The node announces no LoadBalancerIP and no ExternalIP.
    case honor = "Honor"
    /// The label changes nothing.
    case ignore = "Ignore"
}
