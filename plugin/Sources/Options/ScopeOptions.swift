package import ArgumentParser

/// Where to look: the namespace of services, the nodes, and where the speakers run.
package struct ScopeOptions: ParsableArguments {
    @Option(
        name: [.customShort("n", allowingJoined: true), .long],
        help: ArgumentHelp("The namespace scope for this CLI request.", valueName: "namespace")
    )
    package var namespace: String?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    package var allNamespaces = false

    @Option(help: ArgumentHelp("Only these nodes; several with commas or by repeating the flag.", valueName: "name"))
    package var node: [String] = []

    @Option(help: ArgumentHelp("Namespace of the installation, where the speakers' pods are.", valueName: "namespace"))
    package var speakerNamespace: String = "martlet-system"

    package init() {}

    /// The names that `--node` gave, or nil for every node.
    package var nodes: Set<String>? {
        let names = node.flatMap { $0.split(separator: ",") }.map { $0.filter { !$0.isWhitespace } }
        return node.isEmpty ? nil : Set(names.filter { !$0.isEmpty })
    }
}
