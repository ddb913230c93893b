extension KubeObject {
    /// Our own kinds stay whole, since they belong to those who run the cluster, and are shown as they are.
    package var kept: Self {
        guard Self.type.group != "martlet.dev" else { return self }
        var object = self
        object.metadata.generateName = nil
        object.metadata.ownerReferences = nil
        object.metadata.finalizers = nil
        let read = (metadata.annotations ?? [:]).filter { ObjectMeta.isRead(annotation: $0.key) }
        object.metadata.annotations = read.isEmpty ? nil : read.mapValues(ObjectMeta.keptAnnotation)
        return object
    }
}

extension ObjectMeta {
    /// How the names of annotations begin that decisions read: ours, and those of Cilium's that say the same.
    private static let readAnnotations = ["martlet.dev/", "lbipam.cilium.io/", "io.cilium/lb-ipam-"]

    fileprivate static func isRead(annotation name: String) -> Bool {
        readAnnotations.contains { name.hasPrefix($0) }
    }

    /// Some four hundred addresses; the longest value of an annotation that is kept whole.
    private static let longestAnnotation = 16_384

    /// A value, cut when it is too long; the mark makes sure that the last word of a list is not taken for a whole one.
    fileprivate static func keptAnnotation(_ value: String) -> String {
        guard value.utf8.count > longestAnnotation else { return value }
        return String(decoding: value.utf8.prefix(longestAnnotation), as: UTF8.self) + "…"
    }
}
