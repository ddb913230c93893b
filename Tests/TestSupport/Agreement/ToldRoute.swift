/// One route that one node tells one peer, in the form that router, speaker and plan can all be brought to.
package struct ToldRoute: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Who tells it to whom.
    package var session: SessionName
    package var prefix: String
    /// What comes with it on the wire, as one line; empty where a view knows nothing of it.
    package var attributes: String

    /// A route whose attributes nobody looks at.
    package init(_ session: SessionName, prefix: String, attributes: String = "") {
        self.session = session
        self.prefix = prefix
        self.attributes = attributes
    }

    /// A route as a router has it from the session.
    package init(_ session: SessionName, prefix: String, path: RouterPath, isInternal: Bool) {
        self.init(session, prefix: prefix)
        var parts = [
            "as-path=\(path.asPath.map(String.init).joined(separator: "-"))", "origin=\(path.origin.lowercased())",
        ]
        // Routers show a preference of their own for what came without one.
        if isInternal { parts.append("local-pref=\(path.localPreference ?? 100)") }
        if let med = path.med { parts.append("med=\(med)") }
        if !path.communities.isEmpty { parts.append("communities=\(path.communities.joined(separator: ","))") }
        if !path.largeCommunities.isEmpty { parts.append("large=\(path.largeCommunities.joined(separator: ","))") }
        attributes = parts.joined(separator: " ")
    }

    /// By session, then prefix, then attributes.
    package static func < (left: ToldRoute, right: ToldRoute) -> Bool {
        (left.session, left.prefix, left.attributes) < (right.session, right.prefix, right.attributes)
    }

    /// One line.
    package var description: String { "\(session) \(prefix) \(attributes)" }
}

/// One configured peer of one node.
package struct SessionName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var node: String
    package var instance: String
    /// The peer of the instance.
    package var peer: String

    /// Joins the three.
    package init(node: String, instance: String, peer: String) {
        self.node = node
        self.instance = instance
        self.peer = peer
    }

    /// By node, instance, peer.
    package static func < (left: SessionName, right: SessionName) -> Bool {
        (left.node, left.instance, left.peer) < (right.node, right.instance, right.peer)
    }

    /// `node instance/peer`.
    package var description: String { "\(node) \(instance)/\(peer)" }
}
