package import BGPResources
import KubeModel

extension BGPNodeConfig {
    /// The annotation by which the operator says, right before it deletes a NodeConfig, that nothing comes in its place: its node is
    /// deleted or deselected, or whatever could have come has been waited for.
    ///
    /// A speaker says goodbye at once then. Of a NodeConfig that goes without it, as the garbage collector and people delete
    /// them, it waits for another.
    package static let letGoAnnotation = "martlet.dev/let-go"

    /// Whether a deletion of the object is final.
    package var isLetGo: Bool { metadata.annotations?[Self.letGoAnnotation] == "true" }
}
