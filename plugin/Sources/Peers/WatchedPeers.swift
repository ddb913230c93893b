import BGPResources
import KubeClient
import KubeModel

/// Follows the peers after they were listed and prints those that change.
struct WatchedPeers {
    /// The reports of a node's configuration that the flags let through.
    let matching: (BGPNodeConfig) -> [PeerReport]

    /// What the terminal shows already, by node.
    var shown: [String: [PeerReport]]

    var printer: PeerPrinter

    /// Runs until interrupted or until nobody reads the output.
    mutating func follow(_ client: KubeClient, on console: Console) async throws {
        var stores = StoreSet()
        let store = stores.register(BGPNodeConfig.self)
        let options = WatchOptions(logger: console.logger)
        let source = APISource(client: client, stores: stores, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await source.run() }
            for await _ in store.signal.changes() where store.isReady {
                try show(store.snapshot.objects, on: console)
            }
        }
    }

    /// Prints the peers that are not as they were shown last.
    private mutating func show(_ configs: [BGPNodeConfig], on console: Console) throws {
        let now = Dictionary(configs.map { ($0.metadata.name, matching($0)) }) { first, _ in first }
        for node in Set(now.keys).union(shown.keys).sorted() {
            let new = now[node] ?? []
            let old = shown[node] ?? []
            try printer.printEach(new.filter { !old.contains($0) }, on: console)
            let names = Set(new.map { [$0.instance, $0.peer.name] })
            for report in old where !names.contains([report.instance, report.peer.name]) {
                console.note("\(node) has no peer \(report.peer.name) any more")
            }
        }
        shown = now
    }
}
