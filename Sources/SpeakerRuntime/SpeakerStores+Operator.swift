import BGPResources
import KubeClient
import KubeModel
import PlainText
import Planning

/// What is to be said of the operator that writes the node's BGPNodeConfig.
extension SpeakerStores {
    /// Whether its version works with this speaker's; nil where this speaker is not told its own, and before there is a
    /// BGPNodeConfig.
    var versionSkew: Condition? {
        guard let version, let nodeConfig = nodeConfigs.snapshot[ObjectKey(name: nodeName)] else { return nil }
        return VersionSkew.condition(speaker: version, operator: nodeConfig.operatorVersion)
    }

    /// How it differs from this speaker in what nobody but the log tells: what both are told on their command lines.
    var operatorDifference: String? {
        let note = nodeConfigs.snapshot[ObjectKey(name: nodeName)]?.operatorNote
        guard let theirs = note?.classes, theirs != classes else { return nil }
        return "the operator gives addresses to Services of \(theirs.words.asMessage), this speaker announces those of "
            + classes.words
    }
}
