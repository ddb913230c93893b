package import BGPResources
import KubeModel

/// What the operator says of itself on every BGPNodeConfig that it writes, where speakers and users see it.
package struct OperatorNote: Hashable, Sendable {
    package var version: ProgramVersion
    /// The load balancers that it gives addresses.
    package var classes: LoadBalancerClasses

    /// What an operator says.
    package init(version: ProgramVersion, classes: LoadBalancerClasses) {
        self.version = version
        self.classes = classes
    }

    private static let versionKey = "martlet.dev/operator-version"
    private static let classesKey = "martlet.dev/load-balancer-classes"
    private static let unclassedKey = "martlet.dev/unclassed"

    /// The note as annotations.
    var annotations: [String: String] {
        [
            Self.versionKey: version.description, Self.classesKey: classes.names.joined(separator: ","),
            Self.unclassedKey: String(classes.includesUnclassed),
        ]
    }

    /// Reads annotations; nil where they name no version.
    init?(_ annotations: [String: String]) {
        guard let version = annotations[Self.versionKey].flatMap(ProgramVersion.init) else { return nil }
        let names = (annotations[Self.classesKey] ?? "").split(separator: ",").map(String.init)
        self.init(
            version: version,
            classes: LoadBalancerClasses(
                names.filter(LoadBalancerClasses.isClass),
                includesUnclassed: annotations[Self.unclassedKey] != "false"
            )
        )
    }
}

extension BGPNodeConfig {
    /// What the operator that wrote the object says of itself; nil where none did, or one that is older than such notes.
    package var operatorNote: OperatorNote? { OperatorNote(metadata.annotations ?? [:]) }

    /// The version of the operator that wrote the object; nil where somebody else did.
    package var operatorVersion: ProgramVersion? {
        let isOfOperator = metadata.labels?[BGPClusterConfig.managedByLabel] == "bgp-operator"
        return operatorNote?.version ?? (isOfOperator ? .unsaid : nil)
    }

    /// The version of the speaker that reports; nil where none has reported yet.
    package var speakerVersion: ProgramVersion? {
        guard let status, !status.conditions.isEmpty else { return nil }
        return status.speakerVersion.flatMap(ProgramVersion.init) ?? .unsaid
    }
}
