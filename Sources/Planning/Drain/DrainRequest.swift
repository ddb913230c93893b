package import KubeJSON
package import KubeModel
import PlainText

/// That a node is to be taken out of service, as the annotations of its Node say.
///
/// It stands on the Node and not in a resource of ours because it is about the node and not about its configuration: it
/// outlives every change of selectors, no GitOps controller owns Nodes, and who may drain a node of its pods may already
/// write there. A cordon (`spec.unschedulable`) is no such wish.
package struct DrainRequest: Hashable, Sendable {
    /// The annotation: `"true"` drains, `"force"` drains even the last announcer of a prefix, `"false"` is as absent.
    package static let annotation = "martlet.dev/drain"
    /// How many seconds routes stay with GRACEFUL_SHUTDOWN before they are withdrawn, 0 to 3600.
    package static let gracePeriodAnnotation = "martlet.dev/drain-grace-period-seconds"
    /// When `kubectl bgp drain` wrote the wish, by its clock: what a speaker reports names it, so that two wishes are told apart
    /// that follow each other at once.
    package static let requestAnnotation = "martlet.dev/drain-requested-at"
    /// The seconds when the annotation is absent: several times what routers take to choose other paths.
    package static let defaultGracePeriodSeconds = 10

    /// Whether prefixes that nobody else announces are withdrawn as well.
    package let isForced: Bool
    /// How many seconds routes stay with GRACEFUL_SHUTDOWN before they are withdrawn.
    package let gracePeriodSeconds: Int
    /// When it was written, as text; nil where nobody says so.
    package let request: String?

    /// A wish.
    package init(
        isForced: Bool = false,
        gracePeriodSeconds: Int = Self.defaultGracePeriodSeconds,
        request: String? = nil
    ) {
        self.request = request
        self.isForced = isForced
        self.gracePeriodSeconds = gracePeriodSeconds
    }

    /// Reads the wish of a Node; nil when it is to serve, and when the annotation cannot be understood.
    package init?(_ node: Node?) {
        let annotations = node?.metadata.annotations ?? [:]
        switch annotations[Self.annotation] {
        case "true": isForced = false
        case "force": isForced = true
        default: return nil
        }
        // What anybody may write is not told on, unless it is a time.
        request = annotations[Self.requestAnnotation].flatMap { $0.count <= 40 && Timestamp($0) != nil ? $0 : nil }
        gracePeriodSeconds =
            annotations[Self.gracePeriodAnnotation].flatMap(Self.gracePeriod) ?? Self.defaultGracePeriodSeconds
    }

    /// What is wrong with the annotations of a Node; nil when nothing is.
    package static func fault(in node: Node?) -> FieldError? {
        let annotations = node?.metadata.annotations ?? [:]
        let path = FieldPath("metadata.annotations")
        if let value = annotations[annotation], !["true", "force", "false"].contains(value) {
            return FieldError(path.field(annotation), "expected true, force or false, found \"\(value)\"")
        }
        if let value = annotations[gracePeriodAnnotation], gracePeriod(value) == nil {
            return FieldError(path.field(gracePeriodAnnotation), "expected seconds from 0 to 3600, found \"\(value)\"")
        }
        return nil
    }

    private static func gracePeriod(_ text: String) -> Int? {
        Int(text).flatMap { (0...3600).contains($0) ? $0 : nil }
    }
}
