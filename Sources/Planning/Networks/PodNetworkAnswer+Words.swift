import BGPTypes
import KubeModel
import PlainText

extension PodNetworkAnswer {
    /// Why some nodes have no network of a family, or none at all where it is nil; one clause without a full stop.
    func absence(of family: IPFamily?, on nodes: [String]) -> String {
        let node = nodes.count == 1 ? nodes[0] : nil
        let word = family.map { "\($0.word) " } ?? ""
        switch (source, finding) {
        case (.node, .networks):
            return "spec.podCIDRs of \(node.map { "Node/\($0)" } ?? "the Nodes") has no \(word)network"
        case (.node, _):
            return node.map { "there is no Node/\($0)" } ?? "there are no such Nodes"
        case (.ciliumNode, .absent):
            return "the cluster has no CiliumNodes (cilium.io)"
        case (.ciliumNode, .unreadable(let why)):
            return "CiliumNodes cannot be read: \(why)"
        case (.ciliumNode, .nothing):
            let absence = node.map { "there is no CiliumNode/\($0)" } ?? "there are no CiliumNodes of these names"
            return absence + (isChosen ? "" : ", and where Cilium is the Node's network is not the pods'")
        case (.ciliumNode, .singleAddresses):
            let which = node.map { "CiliumNode/\($0) has" } ?? "the CiliumNodes have"
            return "\(which) single addresses of the network around, which has routes to them itself"
        case (.ciliumNode, .networks):
            return "spec.ipam of \(node.map { "CiliumNode/\($0)" } ?? "the CiliumNodes") has no \(word)network"
        case (.calico, .absent):
            return "the cluster has no BlockAffinities of Calico (crd.projectcalico.org)"
        case (.calico, .unreadable(let why)):
            return "BlockAffinities of Calico cannot be read: \(why)"
        case (.calico, .nothing), (.calico, .singleAddresses), (.calico, .networks):
            return "no confirmed BlockAffinity of Calico gives \(node ?? "them") an \(family?.word ?? "address") block"
        }
    }

    /// What would give the nodes a network, as one sentence without a full stop.
    var remedy: String {
        switch (source, finding) {
        case (.node, _):
            "let the controller manager give the Nodes networks (--allocate-node-cidrs, --cluster-cidr), "
                + "or write the networks into an entry of type Prefixes with a nodeSelector"
        case (_, .absent):
            "set podCIDRs.source to Auto, or to where the network plugin keeps its networks"
        case (_, .unreadable):
            "grant the rights of config/rbac, which read these objects"
        case (.ciliumNode, .nothing):
            "wait for the node's Cilium agent, which makes it; if Cilium does not give out the pods' addresses, "
                + "set podCIDRs.source to Node or Calico"
        case (.ciliumNode, .singleAddresses):
            "remove the entry; if the pods do have the network of the Node, set podCIDRs.source to Node"
        case (.ciliumNode, .networks):
            "let Cilium's operator give the node one (its log says why not); if Cilium does not give out the pods' "
                + "addresses, set podCIDRs.source to Node or Calico"
        case (.calico, _):
            "wait for the first pod there, for which Calico takes a block, and look at its IPPools; if Calico does not "
                + "give out the pods' addresses, set podCIDRs.source to Node"
        }
    }
}
