/// Which Services of type LoadBalancer an installation serves, by their `spec.loadBalancerClass`.
package struct LoadBalancerClasses: Hashable, Sendable {
    /// The class that is ours where nothing else is said.
    package static let usual = "martlet.dev/bgp"
    /// What a default installation serves: its own class, and Services without one.
    package static let standard = LoadBalancerClasses([usual])

    /// The classes, sorted, each once.
    package let names: [String]
    /// Whether Services without a class are served, too.
    package let includesUnclassed: Bool

    /// Serves these classes; none are the usual one.
    package init(_ names: [String], includesUnclassed: Bool = true) {
        self.names = names.isEmpty ? [Self.usual] : Set(names).sorted()
        self.includesUnclassed = includesUnclassed
    }

    /// Whether Services of a class are served; nil is a Service without one.
    package func include(_ name: String?) -> Bool {
        guard let name else { return includesUnclassed }
        return names.contains(name)
    }

    /// Whose load balancers these are, for messages.
    package var words: String {
        "loadBalancerClass \(alternatives)\(includesUnclassed ? " or none" : "")"
    }

    /// The classes in a sentence.
    package var alternatives: String { names.joined(separator: " or ") }

    /// What a Service that is to be served says, for messages.
    var advice: String {
        includesUnclassed
            ? "leave loadBalancerClass unset or set it to \(alternatives)" : "set loadBalancerClass to \(alternatives)"
    }

    /// Whether a text can be a class: a name as labels have it, with or without a domain before it and a slash.
    package static func isClass(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, isName(name, most: 63, besides: "-_.") else { return false }
        return parts.count == 1 || isName(parts[0], most: 253, besides: "-.") && parts[0] == parts[0].lowercased()
    }

    private static func isName(_ text: Substring, most: Int, besides marks: String) -> Bool {
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        guard let first = text.first, let last = text.last, text.count <= most else { return false }
        return isPlain(first) && isPlain(last) && text.allSatisfy { isPlain($0) || marks.contains($0) }
    }
}
