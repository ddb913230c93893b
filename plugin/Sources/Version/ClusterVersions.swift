import BGPResources
import KubeModel
import PlainText
import Planning

/// The versions of operator and speakers, as BGPNodeConfigs tell of them.
struct ClusterVersions {
    /// A version and the nodes whose BGPNodeConfig tells of it, by name.
    typealias Version = (version: ProgramVersion, nodes: [String])

    /// Of the operator; several only while it is replaced.
    let operators: [Version]
    /// Of the speakers that have reported.
    let speakers: [Version]
    private let skews: [(message: String, nodes: [String])]

    init(_ configs: [BGPNodeConfig]) {
        operators = Self.grouped(configs, by: \.operatorVersion)
        speakers = Self.grouped(configs, by: \.speakerVersion)
        let far = configs.compactMap { config -> (message: String, node: String)? in
            guard let speaker = config.speakerVersion else { return nil }
            let condition = VersionSkew.condition(speaker: speaker, operator: config.operatorVersion)
            guard condition.status == .true else { return nil }
            return (message: condition.message ?? "", node: config.metadata.name)
        }
        skews = Dictionary(grouping: far, by: \.message).sorted { $0.key < $1.key }
            .map { (message: $0.key, nodes: $0.value.map(\.node).sorted()) }
    }

    /// What operator and speakers are too far apart on, a sentence each.
    var warnings: [String] {
        skews.map { "\($0.nodes.asSentence(most: 5)): \($0.message)".asMessage }
    }

    /// Whether this program is made for such an operator; nil when it is.
    func warning(ofClient own: ProgramVersion) -> String? {
        guard let other = operators.first(where: { own.isTooFar(from: $0.version) })?.version else { return nil }
        return "this program is \(own), the operator \(other), and versions may be one minor version apart"
    }

    private static func grouped(
        _ configs: [BGPNodeConfig],
        by version: (BGPNodeConfig) -> ProgramVersion?
    ) -> [Version] {
        let said = configs.compactMap { config in version(config).map { (version: $0, node: config.metadata.name) } }
        let versions = Dictionary(grouping: said, by: \.version).map { group -> Version in
            (version: group.key, nodes: group.value.map(\.node).sorted())
        }
        return versions.sorted { ($1.nodes.count, $0.version.description) < ($0.nodes.count, $1.version.description) }
    }
}

extension ProgramVersion {
    /// As releases are tagged.
    var tag: String { self == .unsaid ? description : "v\(description)" }
}
