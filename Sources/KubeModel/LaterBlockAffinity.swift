/// The same of later versions of Calico, which have their kinds in the group of the API that people use
/// (projectcalico.org/v3).
package struct LaterBlockAffinity: KubeObject {
    /// `blockaffinities` of projectcalico.org.
    package static let type = ResourceType(
        group: "projectcalico.org",
        version: "v3",
        kind: "BlockAffinity",
        plural: "blockaffinities",
        isNamespaced: false
    )

    /// Name, labels and the rest.
    package var metadata: ObjectMeta
    /// What is wished.
    package var spec: BlockAffinity.Spec

    /// Makes a BlockAffinity.
    package init(metadata: ObjectMeta, spec: BlockAffinity.Spec) {
        self.metadata = metadata
        self.spec = spec
    }

    /// What it says, as the older kind says it.
    package var block: BlockAffinity { BlockAffinity(metadata: metadata, spec: spec) }

    /// Leaves out what says nothing about networks.
    package mutating func keepNetworks() {
        var block = block
        block.keepNetworks()
        metadata = block.metadata
    }
}
