import LogKeys
import Logging
import PlainText
import Planning

extension SpeakerLoop {
    /// Says what entries of type PodCIDR miss on the node, when it is something else than before.
    func reportPodNetworks() {
        let found = (advertiser?.podNetworkObstacles ?? []).map { "\($0.message); \($0.fix ?? "")" }
        guard found != missingPodNetworks else { return }
        missingPodNetworks = found
        guard !found.isEmpty else {
            logger.info("every pod network that is to be announced is known")
            return
        }
        logger.warning("a pod network is not announced", metadata: [.reasonMessage: "\(found.asFindings().asMessage)"])
    }
}
