import BGPTypes
import KubeJSON
import KubeModel

/// The bounds that several kinds share.
enum Bound {
    static let name = 1...255
    static let objectName = 1...253
    static let port = 1...65535
    static let instances = 1...16
    static let peers = 0...512
    static let interfaceName = 1...15
    static let unsigned32 = 0...4_294_967_295
}

extension Validation {
    /// A selector's size, label values, and that operators have the values they need.
    mutating func selector(_ selector: LabelSelector?, at path: FieldPath) {
        guard let selector else { return }
        let labels = selector.matchLabels ?? [:]
        let labelsPath = path.field("matchLabels")
        count(labels, in: 0...64, at: labelsPath)
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            labelValue(value, at: labelsPath.field(key))
        }
        let expressionsPath = path.field("matchExpressions")
        count(selector.matchExpressions ?? [], in: 0...64, at: expressionsPath)
        each(selector.matchExpressions ?? [], at: expressionsPath) { validation, requirement, path in
            validation.requirement(requirement, at: path)
        }
    }

    private mutating func requirement(_ requirement: LabelSelector.Requirement, at path: FieldPath) {
        text(requirement.key, length: 1...317, at: path.field("key"))
        let values = requirement.values ?? []
        let valuesPath = path.field("values")
        count(values, in: 0...64, at: valuesPath)
        each(values, at: valuesPath) { validation, value, path in validation.labelValue(value, at: path) }
        rule(
            requirement.operator.takesValues == !values.isEmpty,
            at: path,
            "values must be set with operators In and NotIn, and with no other"
        )
    }

    private mutating func labelValue(_ value: String, at path: FieldPath) {
        text(value, length: 0...63, at: path)
        let ends = [value.unicodeScalars.first, value.unicodeScalars.last].compactMap(\.self)
        let isLabel =
            value.unicodeScalars.allSatisfy { $0.isAlphanumeric || "-_.".unicodeScalars.contains($0) }
            && ends.allSatisfy(\.isAlphanumeric)
        rule(
            isLabel,
            at: path,
            "expected a label value: letters, digits, '-', '_', '.', with a letter or digit at both ends, found "
                + "\"\(value)\""
        )
    }

    /// An AS number that stands for one AS, if it is there.
    mutating func autonomousSystem(_ value: ASNumber?, at path: FieldPath) {
        rule(value?.rawValue != 0, at: path, "expected an AS number of 1 to 4294967295, found 0")
    }

    /// What a peer of a ClusterConfig and of a NodeConfig have in common.
    mutating func peer(
        name: String,
        address: ScopedAddress?,
        discovery: AutoDiscovery?,
        config: PeerConfigReference?,
        at path: FieldPath
    ) {
        text(name, length: Bound.name, at: path.field("name"))
        let reference = path.field("peerConfigRef")
        text(config?.name, length: Bound.objectName, at: reference.field("name"))
        text(config?.group, length: 0...Bound.objectName.upperBound, at: reference.field("group"))
        text(config?.kind, length: 0...63, at: reference.field("kind"))
        rule(
            (address == nil) != (discovery == nil),
            at: path,
            "exactly one of peerAddress and autoDiscovery must be set"
        )
        rule(
            discovery == nil || discovery?.defaultGateway != nil,
            at: path.field("autoDiscovery"),
            "defaultGateway must be set with mode DefaultGateway"
        )
    }
}

extension Unicode.Scalar {
    /// An ASCII letter or digit.
    fileprivate var isAlphanumeric: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}

extension LabelSelector.Operator {
    /// Whether the operator compares the label with values.
    fileprivate var takesValues: Bool { self == .in || self == .notIn }
}
