import FoundationEssentials
package import KubeModel
import KubeYAML

/// A whole list.
package struct ObjectList<Object: KubeObject>: Hashable, Sendable {
    /// The objects in the server's order.
    package private(set) var items: [Object] = []
    /// What could not be decoded.
    package private(set) var diagnostics: [Diagnostic] = []
    /// The version of the list, from which a watch can go on.
    package private(set) var resourceVersion = ""

    mutating func append(_ page: ListPage<Object>) {
        items += page.items
        diagnostics += page.undecodable.flatMap(\.diagnostics)
        resourceVersion = page.resourceVersion
    }
}
