package import BGPEngine
package import KubeJSON
import KubeModel

/// What a person who reads the log should know, said once for each time that it comes about.
package enum NodeReport: Hashable, Sendable {
    /// Nothing is announced since no Node has the speaker's name; the text says which there are.
    case noSuchNode(String)
    case nodeIsThere
    /// Nothing is announced since no ClusterConfig among the manifests selects the node; the text says which labels it has.
    case notSelected(String)
    case invalidDrainAnnotation(FieldError)
    case draining(isForced: Bool)
    /// Operator and speaker do not go together; the text says in what.
    case operatorDiffers(String)
    case operatorAgrees
    /// An instance or a peer stays down.
    case staysDown(String, Reason)
    /// A setting of an instance or a peer is not used as it is written.
    case ignoresSetting(String, FieldError)
    /// An announceLimit began to hold back routes of these peers.
    case limitReached([PeerID])
    /// Tenants that came to bring more routes than they may.
    case boundReached([BoundExcess])
    /// Why addresses of Services came to be announced by no node.
    case addressesWithheld([Reason])
    /// What came to be selected and not announced by this node.
    case unannounced([UnannouncedCause])
    /// Entries of type PodCIDR miss something on the node; a sentence and a remedy each.
    case podNetworksMissing([String])
    case podNetworksKnown
    /// Prefixes that began to flap, the first few and how many more.
    case flapping(String)
    /// An earlier run's state is announced since these kinds are not loaded.
    case savedStateTaken(missing: [String], routes: Int)
    /// The data path is ready, as the text says who says.
    case dataPathReady(by: String)
    /// No program on the node answers for the data path, so none is asked.
    case dataPathUnknown
    /// Service routes wait for the data path; the text says what was seen.
    case dataPathAwaited(String)
    /// They have waited for long.
    case dataPathOverdue(String)
}
