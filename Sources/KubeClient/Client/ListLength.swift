import KubeModel

/// Counts what the pages of a list bring, so that one without an end does not take all memory.
package struct ListLength: Sendable {
    /// Five times the pods that Kubernetes is made for.
    package static let longest = 750_000

    /// A page with less counts as this many, since a list may also go on for ever without an object.
    private static let leastOfPage = 50

    private let longest: Int
    private var count = 0

    init(longest: Int = Self.longest) {
        self.longest = longest
    }

    /// Counts a page; throws `KubeError` when more are to come than a list may have.
    mutating func add<Object: KubeObject>(_ page: ListPage<Object>) throws(KubeError) {
        count += max(page.items.count + page.undecodable.count, Self.leastOfPage)
        guard page.continue == nil || count < longest else {
            throw KubeError(.undecodable, "the list of \(Object.type.plural) has no end")
        }
    }
}
