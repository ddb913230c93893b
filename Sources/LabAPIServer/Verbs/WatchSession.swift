import KubeJSON
import KubeModel

/// One client's watch: turns changes into the lines it is to see.
struct WatchSession: Sendable {
    let resource: ServedResource
    let filter: @Sendable (StoredObject) -> Bool
    let allowBookmarks: Bool
    /// Set when the client wants tables instead of objects.
    let printer: TablePrinter?
    private var hasSentColumns = false

    init(
        resource: ServedResource,
        filter: @escaping @Sendable (StoredObject) -> Bool,
        allowBookmarks: Bool,
        printer: TablePrinter?
    ) {
        self.resource = resource
        self.filter = filter
        self.allowBookmarks = allowBookmarks
        self.printer = printer
    }

    /// The line of a signal; nil when the client does not care.
    mutating func line(_ signal: WatchSignal) -> [UInt8]? {
        switch signal {
        case .bookmark(let revision): return allowBookmarks ? bookmark(revision, endsInitialEvents: false) : nil
        case .change(let change): return line(change)
        }
    }

    /// The line of a change: an object that begins to match was added to this client's world, one that ceases to
    /// match was deleted from it.
    mutating func line(_ change: Change) -> [UInt8]? {
        let matched = change.previous.map(filter) ?? false
        let matches = change.kind != .deleted && filter(change.object)
        switch (matched, matches) {
        case (false, false): return change.kind == .deleted && filter(change.object) ? line("DELETED", change) : nil
        case (false, true): return line("ADDED", change)
        case (true, true): return line("MODIFIED", change)
        case (true, false): return line("DELETED", change)
        }
    }

    private mutating func line(_ type: String, _ change: Change) -> [UInt8] {
        guard let printer else { return Self.line(type, resource.json(of: change.object)) }
        let value = resource.representation(of: change.object.value)
        let table = printer.table(
            [value],
            metadata: ["resourceVersion": .string(String(change.object.revision))],
            includingColumns: !hasSentColumns
        )
        hasSentColumns = true
        return Self.line(type, JSONWriter.bytes(table))
    }

    /// The line that says how far the client has seen, and whether it has seen all there was at the beginning.
    func bookmark(_ revision: UInt64, endsInitialEvents: Bool) -> [UInt8] {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
        if endsInitialEvents {
            metadata.set("true", at: "annotations", "k8s.io/initial-events-end")
        }
        var object: JSONValue = [
            "kind": .string(resource.type.kind), "apiVersion": .string(resource.type.apiVersion), "metadata": metadata,
        ]
        if let printer { object = printer.table([object], metadata: metadata) }
        return Self.line("BOOKMARK", JSONWriter.bytes(object))
    }

    /// The line that ends a watch with a refusal.
    static func error(_ error: APIError) -> [UInt8] { line("ERROR", JSONWriter.bytes(error.status)) }

    private static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
        var bytes = Array(#"{"type":"\#(type)","object":"#.utf8)
        bytes.append(contentsOf: object)
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }
}
