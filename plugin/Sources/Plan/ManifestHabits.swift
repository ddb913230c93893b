import KubeModel
import KubeYAML
import Planning

extension ManifestObject {
    /// What the API server refuses of names, and annotations of ours that nobody reads.
    var slips: [Diagnostic] { invalidName + unknownAnnotations }

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

    private var unknownAnnotations: [Diagnostic] {
        guard let known = Self.annotations[kind], case .object(let annotations)? = json["metadata"]?["annotations"]
        else { return [] }
        return annotations.keys.sorted().compactMap { name in
            guard name.hasPrefix("martlet.dev/"), !known.contains(name) else { return nil }
            let meant = Spelling.closest(to: name, among: known).map { ", did you mean \($0)?" }
            return diagnostic(
                .warning,
                reason: "UnknownAnnotation",
                field: FieldPath("metadata.annotations").field(name),
                message: "nobody reads this annotation" + (meant ?? ", only \(known.joined(separator: ", "))")
            )
        }
    }

    /// What is read of objects that are not ours, by kind.
    private static let annotations = [
        "Service": AddressRequest.annotations, "Node": [DrainWish.annotation, DrainWish.gracePeriodAnnotation],
    ]
}
