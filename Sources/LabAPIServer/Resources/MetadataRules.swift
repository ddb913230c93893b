import KubeJSON
import KubeModel

/// Rules for names and labels that hold for every kind (Kubernetes docs, "Object Names and IDs", "Labels").
enum MetadataRules {
    /// What is wrong with an object's metadata.
    static func faults(in object: JSONValue, of resource: ServedResource) -> [SchemaFault] {
        let metadata = FieldPath().field("metadata")
        var faults: [SchemaFault] = []
        if let name = object.value(at: "metadata", "name"), let fault = nameFault(name, resource) {
            faults.append(.invalid(metadata.field("name"), name, fault))
        }
        for (key, value) in (object.value(at: "metadata", "labels")?.strings ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !isQualifiedName(key) {
                faults.append(.invalid(metadata.field("labels"), .string(key), "name part \(qualifiedNameRule)"))
            }
            if !value.isEmpty, !isNamePart(value) {
                faults.append(.invalid(metadata.field("labels"), .string(value), "a valid label \(qualifiedNameRule)"))
            }
        }
        for key in (object.value(at: "metadata", "annotations")?.strings ?? [:]).keys.sorted()
        where !isQualifiedName(key.lowercased()) {
            faults.append(.invalid(metadata.field("annotations"), .string(key), "name part \(qualifiedNameRule)"))
        }
        return faults
    }

    private static let qualifiedNameRule =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

    private static let labelNameKinds: Set = ["namespaces", "services"]

    private static func nameFault(_ name: JSONValue, _ resource: ServedResource) -> String? {
        guard let text = name.string else { return nil }
        if resource.type.group == "rbac.authorization.k8s.io" {
            return text.isEmpty || text == "." || text == ".." || text.contains("/") || text.contains("%")
                ? "may not be empty, '.', '..', or contain '/' or '%'" : nil
        }
        let isLabel = resource.type.group.isEmpty && labelNameKinds.contains(resource.type.plural)
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let areGood = labels.allSatisfy { label in
            !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
        if isLabel {
            return areGood && labels.count == 1 && text.utf8.count <= 63
                ? nil
                : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character"
        }
        return areGood && text.utf8.count <= 253
            ? nil
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                + "start and end with an alphanumeric character"
    }

    private static func isQualifiedName(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, isNamePart(String(name)) else { return false }
        return parts.count == 1 || !parts[0].isEmpty
    }

    private static func isNamePart(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last, text.utf8.count <= 63 else { return false }
        func isAlphanumeric(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.allSatisfy { isAlphanumeric($0) || "-_.".contains($0) }
    }
}
