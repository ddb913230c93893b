package import BGPEngine
import BGPResources
package import BGPTypes
package import KubeJSON
package import KubeModel
import PlainText

extension Reason {
    /// What selects an address for a peer, or does not.
    package enum Selection: Hashable, Sendable {
        /// An entry selects the address for the peer.
        case selected(EntryReference)
        /// The peer names no PeerConfig, so nothing is advertised to it.
        case noPeerConfig(PeerID, node: String)
        /// The peer's PeerConfig does not exist.
        case missingPeerConfig(String, PeerID, node: String)
        /// The PeerConfig has no entry for the address's family.
        case familyNotConfigured(IPFamily, peerConfig: String)
        /// The family entry has no `advertisements` selector, and an absent one selects nothing.
        case familySelectsNothing(IPFamily, peerConfig: String, field: FieldPath)
        /// The family's `advertisements` selector matches no BGPAdvertisement.
        case noMatchingAdvertisement(IPFamily, peerConfig: String, selector: LabelSelector, field: FieldPath)
        /// The advertisements selected for the family have no entry of type Service.
        case noServiceEntry(IPFamily, advertisements: [String])
        /// The entry has no `selector`, and an absent one selects nothing.
        case selectorAbsent(EntryReference)
        /// The entry's `selector` does not match the Service.
        case selectorMismatch(EntryReference, LabelSelector, service: ObjectKey)
        /// The Service carries a label that an entry leaves out by name, so that it is not announced because it says so itself.
        case optedOut(EntryReference, label: String, service: ObjectKey)
        /// The entry does not list this kind of address.
        case addressKindNotListed(EntryReference, AddressKind)
        /// The entry lists the networks that external addresses may lie in, and the address lies in none of them.
        case externalIPNotAllowed(EntryReference, IPAddress, service: ObjectKey)
        /// The entry's `nodeSelector` does not match the node.
        case entryExcludesNode(EntryReference, LabelSelector, node: String)
    }
}

extension Reason.Selection: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .selected(let entry):
            row(
                .selected,
                .supports,
                object: entry.object,
                field: entry.path.field("selector"),
                message: "selected by \(entry.words)",
                fix: nil
            )
        case .noPeerConfig(let peer, let node):
            row(
                .noPeerConfig,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "peer \(peer) has no peerConfigRef, so nothing is advertised to it",
                fix: "set peerConfigRef of \(peer) in the BGPClusterConfig"
            )
        case .missingPeerConfig(let name, let peer, let node):
            row(
                .missingPeerConfig,
                .prevents,
                object: .nodeConfig(node),
                field: "spec.bgpInstances",
                message: "peer \(peer) refers to BGPPeerConfig/\(name), which does not exist",
                fix: "create BGPPeerConfig/\(name), or correct the peerConfigRef"
            )
        case .familyNotConfigured(let family, let peerConfig):
            row(
                .familyNotConfigured,
                .prevents,
                object: .peerConfig(peerConfig),
                field: "spec.families",
                message: "BGPPeerConfig/\(peerConfig) has no entry for \(family.routeFamily)",
                fix: "add the family \(family.routeFamily) to spec.families"
            )
        case .familySelectsNothing(let family, let peerConfig, let field):
            row(
                .familySelectsNothing,
                .prevents,
                object: .peerConfig(peerConfig),
                field: field,
                message: "BGPPeerConfig/\(peerConfig) has no advertisements selector for \(family.routeFamily), "
                    + "and an absent selector selects nothing",
                fix: "write an advertisements selector; {} selects every BGPAdvertisement"
            )
        case .noMatchingAdvertisement(let family, let peerConfig, let selector, let field):
            row(
                .noMatchingAdvertisement,
                .prevents,
                object: .peerConfig(peerConfig),
                field: field,
                message: "no BGPAdvertisement has the labels \(selector) that BGPPeerConfig/\(peerConfig) asks for "
                    + "(\(family.routeFamily))",
                fix: "give a BGPAdvertisement the labels \(selector), or change the selector"
            )
        case .noServiceEntry(let family, let advertisements):
            row(
                .noServiceEntry,
                .prevents,
                object: advertisements.first.map(ObjectReference.advertisement),
                field: "spec.advertisements",
                message: "no entry of type Service in \(advertisements.map { "BGPAdvertisement/\($0)" }.asSentence()) "
                    + "(\(family.routeFamily))",
                fix: "add an entry of advertisementType Service"
            )
        case .selectorAbsent(let entry):
            row(
                .selectsNothing,
                .prevents,
                object: entry.object,
                field: entry.path.field("selector"),
                message: "\(entry.words) has no selector, and an absent selector selects nothing",
                fix: "write a selector; {} selects everything"
            )
        case .selectorMismatch(let entry, let selector, let service):
            row(
                .selectorMismatch,
                .prevents,
                object: entry.object,
                field: entry.path.field("selector"),
                message: "the selector \(selector) of \(entry.words) does not match Service/\(service)",
                fix: "label Service/\(service) so that it matches \(selector), or change the selector"
            )
        case .optedOut(let entry, let label, let service):
            row(
                .optedOut,
                .informs,
                object: entry.object,
                field: entry.path.field("selector"),
                message: "Service/\(service) is labelled \(label), which the selector of \(entry.words) leaves out",
                fix: nil
            )
        case .addressKindNotListed(let entry, let kind):
            row(
                .addressKindNotListed,
                .prevents,
                object: entry.object,
                field: entry.path.field("service").field("addresses"),
                message: "\(entry.words) does not list \(kind.rawValue)",
                fix: "add \(kind.rawValue) to service.addresses"
            )
        case .externalIPNotAllowed(let entry, let address, _):
            row(
                .externalIPNotAllowed,
                .prevents,
                object: entry.object,
                field: entry.path.field("service").field("externalIPs"),
                message: "\(address) lies in no network of service.externalIPs of \(entry.words)",
                fix:
                    "add a network that holds \(address) to service.externalIPs of \(entry.object), or remove the address"
            )
        case .entryExcludesNode(let entry, let selector, let node):
            row(
                .entryExcludesNode,
                .prevents,
                object: entry.object,
                field: entry.path.field("nodeSelector"),
                message: "the nodeSelector \(selector) of \(entry.words) does not match \(node)",
                fix: "label \(node) so that it matches \(selector), or change the nodeSelector"
            )
        }
    }
}

extension ReasonCode {
    package static let selected = ReasonCode("Selected")
    package static let noPeerConfig = ReasonCode("NoPeerConfig")
    package static let missingPeerConfig = ReasonCode("MissingPeerConfig")
    package static let familyNotConfigured = ReasonCode("FamilyNotConfigured")
    package static let familySelectsNothing = ReasonCode("FamilySelectsNothing")
    package static let noMatchingAdvertisement = ReasonCode("NoMatchingAdvertisement")
    package static let noServiceEntry = ReasonCode("NoServiceEntry")
    package static let selectsNothing = ReasonCode("SelectsNothing")
    package static let selectorMismatch = ReasonCode("SelectorMismatch")
    package static let optedOut = ReasonCode("OptedOut")
    package static let addressKindNotListed = ReasonCode("AddressKindNotListed")
    package static let externalIPNotAllowed = ReasonCode("ExternalIPNotAllowed")
    package static let entryExcludesNode = ReasonCode("EntryExcludesNode")
}
