import BGPResources
import BGPTransport
import KubeClient
import Planning

/// What follows from the node's own addresses.
extension SpeakerLoop {
    /// Tells the sessions which of the node's addresses are its own, and which are Services', when that has changed.
    ///
    /// The Node is looked at where it may have changed.
    func followAddresses(ofNode isNodeOther: Bool) {
        let (all, changes) = addressedServices.read()
        let hasOther = isNodeOther && ownAddresses.follow(stores.ownNode)
        let isOfOthers = ownAddresses.follow(changes.objects(in: all)) { all.objects }
        if hasOther || isOfOthers { speaker.follow(ownAddresses.cluster) }
    }

    /// Where the speaker renders its BGPNodeConfig itself, the one until now, whose router ids stay.
    var renderedBefore: BGPNodeConfig? {
        stores.wishes == nil ? nil : basis?.nodeConfig ?? renderedByEarlierRun
    }
}
