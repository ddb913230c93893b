package import BGPTypes
package import KubeJSON
package import KubeModel
import PlainText

extension Reason {
    /// What there is about a prefix, and what has none to announce.
    package enum Prefix: Hashable, Sendable {
        /// The address is announced as part of a larger prefix.
        case aggregated(EntryReference, IPPrefix)
        /// The entry's aggregation is not used because the governing policy is Local.
        case aggregationIgnored(EntryReference, policyField: FieldPath)
        /// The node has no pod network in the family, as far as the source says that was asked.
        case noPodCIDR(EntryReference, node: String, IPFamily, PodNetworkAnswer)
        /// The Node has the network, and the entry takes those of the node's pods from elsewhere.
        case otherPodCIDR(EntryReference, node: String, IPPrefix, PodNetworkSource)
        /// A pod network that is no prefix.
        case invalidPodCIDR(PodNetworkSource, object: String, String)
        /// The device does not exist on the node or has no usable address in the family.
        case noInterfaceAddress(EntryReference, node: String, interface: String, IPFamily)
        /// The entry lists no prefix of the family.
        case noPrefix(EntryReference, IPFamily)
        /// The entry's selector matches no pool with a block of the family.
        case noPool(EntryReference, IPFamily)
        /// No Service has an address of the prefix, and no entry announces the prefix itself.
        case noSource(IPPrefix)
        /// Nothing in the node's configuration leads to the prefix, whatever Services there are.
        case noMatchingAdvertisement(IPPrefix, node: String)
        /// Traffic to the prefix follows a larger one that these nodes announce.
        case covered(IPPrefix, by: IPPrefix, nodes: [String])
    }
}

extension Reason.Prefix: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .aggregated(let entry, let prefix):
            row(
                .aggregated,
                .informs,
                object: entry.object,
                field: entry.path.field("service").field("aggregationLength\(prefix.family.word)"),
                message: "announced as part of \(prefix) (\(entry.words))",
                fix: nil
            )
        case .aggregationIgnored(let entry, let policyField):
            row(
                .aggregationIgnored,
                .informs,
                object: entry.object,
                field: entry.path.field("service"),
                message: "the aggregation of \(entry.words) is not used because \(policyField.lastName) is Local",
                fix: "set \(policyField) to Cluster to announce the aggregate"
            )
        case .noPodCIDR(let entry, let node, let family, let answer):
            row(
                .noPodCIDR,
                .prevents,
                object: answer.source.isPerNode ? ObjectReference(kind: answer.source.kind, name: node) : entry.object,
                field: answer.source.isPerNode ? answer.source.field : entry.path.field("podCIDRs").field("source"),
                message: "no \(family.word) pod network of \(node) is known: \(answer.absence(of: family, on: [node]))",
                fix: answer.remedy
            )
        case .otherPodCIDR(let entry, let node, let prefix, let source):
            row(
                .otherPodCIDR,
                .prevents,
                object: entry.object,
                field: entry.path.field("podCIDRs").field("source"),
                message: "\(entry.words) takes the pod networks of \(node) from \(source.kind) objects, and \(prefix) "
                    + "stands on Node/\(node) alone",
                fix: "set podCIDRs.source to Node if pods do have addresses of it"
            )
        case .invalidPodCIDR(let source, let name, let text):
            row(
                .invalidPodCIDR,
                .prevents,
                object: ObjectReference(kind: source.kind, name: name),
                field: source.field,
                message: "\(text.quoted) in \(source.field) of \(source.kind)/\(name) is not a network",
                fix: "let whoever writes \(source.kind)/\(name) correct it"
            )
        case .noInterfaceAddress(_, let node, let interface, let family):
            row(
                .noInterfaceAddress,
                .prevents,
                object: .node(node),
                field: nil,
                message: "device \(interface) of \(node) is missing, down or has no usable \(family.word) address",
                fix: "set up device \(interface) on \(node)"
            )
        case .noPrefix(let entry, let family):
            row(
                .noPrefix,
                .prevents,
                object: entry.object,
                field: entry.path.field("prefixes"),
                message: "\(entry.words) lists no \(family.word) prefix",
                fix: "add one, or drop the family from the peers that select this entry"
            )
        case .noPool(let entry, let family):
            row(
                .noPool,
                .prevents,
                object: entry.object,
                field: entry.path.field("selector"),
                message: "\(entry.words) matches no LoadBalancerIPPool with an \(family.word) block",
                fix: "add one, or drop the family from the peers that select this entry"
            )
        case .noSource(let prefix):
            row(
                .noSource,
                .prevents,
                object: nil,
                field: nil,
                message: "no Service has an address of \(prefix), and nothing announces it by itself",
                fix: "let a Service have an address of it, or list it in an entry of advertisementType Prefixes"
            )
        case .noMatchingAdvertisement(let prefix, let node):
            row(
                .noMatchingAdvertisement,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "nothing that \(node) is told to announce leads to \(prefix)",
                fix: "let an entry of a BGPAdvertisement that reaches the node's peers select what has it"
            )
        case .covered(let prefix, let larger, let nodes):
            row(
                .covered,
                .informs,
                object: nil,
                field: nil,
                message: "\(larger) covers \(prefix), announced by \(nodes.asSentence())",
                fix: nil
            )
        }
    }
}

extension ReasonCode {
    package static let aggregated = ReasonCode("Aggregated")
    package static let aggregationIgnored = ReasonCode("AggregationIgnored")
    package static let noPodCIDR = ReasonCode("NoPodCIDR")
    package static let otherPodCIDR = ReasonCode("OtherPodCIDR")
    package static let invalidPodCIDR = ReasonCode("InvalidPodCIDR")
    package static let noInterfaceAddress = ReasonCode("NoInterfaceAddress")
    package static let noPrefix = ReasonCode("NoPrefix")
    package static let noPool = ReasonCode("NoPool")
    package static let noSource = ReasonCode("NoSource")
    package static let covered = ReasonCode("Covered")
}
