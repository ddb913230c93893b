import Inspection
import KubeJSON
import KubeModel
import KubeYAML
import Planning

extension ManifestObject {
    /// What the API server refuses of names and fields, and annotations that nobody reads.
    var slips: [Diagnostic] {
        invalidName + unreadAnnotations + misplacedAnnotations + KnownFields.unknown(in: self)
    }

    /// Names as Kubernetes has them for most kinds (RFC 1123 §2.1).
    private var invalidName: [Diagnostic] {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isValid =
            name.utf8.count <= 253
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "-" && part.last != "-"
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                            UInt8(ascii: "-"):
                            true
                        default: false
                        }
                    }
            }
        guard !isValid else { return [] }
        return [
            diagnostic(
                field: "metadata.name",
                message: "expected at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both "
                    + "ends of every part, found \"\(name)\""
            )
        ]
    }

    /// Annotations that nobody reads: ours misspelt, and those of other implementations.
    private var unreadAnnotations: [Diagnostic] {
        guard case .object(let annotations)? = json["metadata"]?["annotations"] else { return [] }
        let known = Self.annotations[kind] ?? []
        return annotations.keys.sorted().compactMap { name in
            guard let (reason, message) = objection(to: name, among: known) else { return nil }
            return diagnostic(
                .warning,
                reason: reason,
                field: FieldPath("metadata.annotations").field(name),
                message: message
            )
        }
    }

    private func objection(to name: String, among known: [String]) -> (reason: ReasonCode, message: String)? {
        guard !known.contains(name) else { return nil }
        // Others, such as EndpointSlices, may have copied it.
        let isWritten = Self.annotations[kind] != nil || apiVersion.hasPrefix("martlet.dev/")
        if isWritten, let reader = Self.annotations.first(where: { $0.value.contains(name) })?.key {
            return (.unknownAnnotation, "this annotation is read of a \(reader), and not of a \(kind)")
        }
        if let ours = Self.families.first(where: name.hasPrefix) {
            let names = known.filter { $0.hasPrefix(ours) }
            // Kinds that have none of a family are nobody's slip.
            guard !names.isEmpty else { return nil }
            let meant = Spelling.closest(to: name, among: names).map { ", did you mean \($0)?" }
            return (
                .unknownAnnotation,
                "nobody reads this annotation" + (meant ?? ", only \(names.joined(separator: ", "))")
            )
        }
        guard kind == Service.type.kind,
            let foreign = ForeignNames.annotations.first(where: { name.hasPrefix($0.prefix) })
        else { return nil }
        let meant = foreign.meanings[String(name.dropFirst(foreign.prefix.count))] ?? ""
        return (
            .foreignAnnotation,
            "this is for \(foreign.owner), and Martlet does not read it"
                + (meant.isEmpty ? "" : "; write \(meant)")
        )
    }

    /// Annotations that stand among the labels, where nobody looks for them.
    private var misplacedAnnotations: [Diagnostic] {
        guard case .object(let labels)? = json["metadata"]?["labels"] else { return [] }
        let foreign = kind == Service.type.kind ? ForeignNames.annotations.flatMap(\.names) : []
        return labels.keys.sorted().compactMap { name in
            let isOurs = Self.annotations[kind]?.contains(name) ?? false
            guard isOurs || foreign.contains(name) else { return nil }
            return diagnostic(
                .warning,
                reason: .annotationAsLabel,
                field: FieldPath("metadata.labels").field(name),
                message: isOurs
                    ? "this is an annotation and does nothing as a label; write it in metadata.annotations"
                    : "this is an annotation of another implementation, and does nothing as a label"
            )
        }
    }

    /// Whose names begin like this are read, by us or as manifests for Cilium have them.
    private static let families = ["martlet.dev/", "lbipam.cilium.io/", "io.cilium/lb-ipam"]

    /// What is read of objects that are not ours, by kind.
    private static let annotations = [
        "Service": AddressRequest.annotations + AddressRequest.annotationsOfCilium,
        "Node": [DrainRequest.annotation, DrainRequest.gracePeriodAnnotation, DrainRequest.requestAnnotation],
    ]
}

extension ForeignNames.Annotations {
    /// The names that are known in full.
    fileprivate var names: [String] { meanings.keys.sorted().map { prefix + $0 } }
}
