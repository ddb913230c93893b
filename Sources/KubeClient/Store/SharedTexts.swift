import Synchronization

/// Texts that many objects have in common, such as the names of nodes and namespaces, each held once.
///
/// Objects come as text of their own; one that goes leaves its texts here, until there are too many and all are let go.
package final class SharedTexts: Sendable {
    private let texts = Mutex<Set<String>>([])

    /// So many are held at most.
    private static let most = 1 << 16

    /// Holds nothing.
    package init() {}

    /// The text that is equal and was first; texts of up to fifteen octets are no object in memory, and come back as they are.
    package func shared(_ text: String) -> String {
        guard text.utf8.count > 15 else { return text }
        return texts.withLock { texts in
            if texts.count >= Self.most, !texts.contains(text) { texts = [] }
            return texts.insert(text).memberAfterInsert
        }
    }
}
