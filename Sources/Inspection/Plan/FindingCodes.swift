package import KubeModel

/// What only a plan or `lint` finds, beside what conditions and explanations say.
extension ReasonCode {
    /// The findings that were there before the change, counted.
    package static let knownFindings = ReasonCode("KnownFindings")
    /// What the change does depends on objects that were not given.
    package static let effectUnknown = ReasonCode("EffectUnknown")
    /// Two objects conflict while the change is being applied, and not after it.
    package static let interimConflict = ReasonCode("InterimConflict")
    /// A prefix is no longer announced.
    package static let prefixWithdrawn = ReasonCode("PrefixWithdrawn")
    /// Nodes are no longer selected.
    package static let nodesDeselected = ReasonCode("NodesDeselected")
    /// The change ends every session of the cluster.
    package static let allSessionsEnd = ReasonCode("AllSessionsEnd")
    /// Two peers of an instance are one session.
    package static let duplicateSession = ReasonCode("DuplicateSession")
    /// The hold time is so short that a busy node loses its sessions.
    package static let shortTimers = ReasonCode("ShortTimers")
    /// An announced prefix contains the addresses of nodes.
    package static let nodesCovered = ReasonCode("NodesCovered")
    /// A peer's address is the node's own.
    package static let nodeAsPeer = ReasonCode("NodeAsPeer")
    /// Nothing is advertised to a peer.
    package static let noAdvertisements = ReasonCode("NoAdvertisements")
    /// A link-local peer address without an interface.
    package static let noInterface = ReasonCode("NoInterface")
    /// A local preference that external peers never receive.
    package static let localPreferenceIgnored = ReasonCode("LocalPreferenceIgnored")
    /// A pool contains the address of a router.
    package static let routerInPool = ReasonCode("RouterInPool")
    /// A password with white space at its end.
    package static let passwordWhitespace = ReasonCode("PasswordWhitespace")
    /// An entry that announces any external IP that a Service lists.
    package static let unrestrictedExternalIPs = ReasonCode("UnrestrictedExternalIPs")
    /// A load balancer class that looks like a misspelling of ours.
    package static let unknownClass = ReasonCode("UnknownClass")
    /// A selector that matches no Service.
    package static let noMatchingService = ReasonCode("NoMatchingService")
    /// A setting that this version does not support.
    package static let unsupported = ReasonCode("Unsupported")
    /// An annotation that nothing reads.
    package static let unknownAnnotation = ReasonCode("UnknownAnnotation")
    /// An annotation of another implementation.
    package static let foreignAnnotation = ReasonCode("ForeignAnnotation")
    /// An annotation among the labels.
    package static let annotationAsLabel = ReasonCode("AnnotationAsLabel")
    /// A manifest that was left out.
    package static let unreadManifest = ReasonCode("UnreadManifest")
    /// Kinds of objects that were not given, so that nothing can be said about them.
    package static let missingObjects = ReasonCode("MissingObjects")
}
