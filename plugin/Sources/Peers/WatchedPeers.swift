import BGPResources
import KubeClient
import KubeModel
import Signals

/// Follows the peers after they were listed and prints those that change.
///
/// What is deleted and still counts is asked of the operator when something goes, and for as long as anything waits.
struct WatchedPeers {
    /// The reports of a node's configuration that the flags let through.
    let matching: (BGPNodeConfig) -> [PeerReport]

    /// What the terminal shows already, by node.
    var shown: [String: [PeerReport]]

    var printer: PeerPrinter

    /// Where the operator is.
    let speakerNamespace: String

    /// What was deleted and still counted when it was last asked for.
    var deletions: Deletions

    /// The nodes whose configuration is gone where the operator does not say that it waits, and those of which a new one has no
    /// report yet, since when.
    private var doubts: [String: ContinuousClock.Instant] = [:]
    private var clusterConfigs: Set<String> = []

    init(
        matching: @escaping (BGPNodeConfig) -> [PeerReport],
        shown: [String: [PeerReport]],
        printer: PeerPrinter,
        speakerNamespace: String,
        deletions: Deletions
    ) {
        self.matching = matching
        self.shown = shown
        self.printer = printer
        self.speakerNamespace = speakerNamespace
        self.deletions = deletions
    }

    /// How long after a look there is another while something is deleted and still counts.
    private static let pause = Duration.seconds(1)
    /// How long a node is taken to be as it was: operator and speakers have followed by then, if they are there.
    private static let grace = Duration.seconds(3)

    /// Runs until interrupted or until nobody reads the output.
    mutating func follow(_ cluster: Cluster, on console: Console) async throws {
        var stores = StoreSet()
        let store = stores.register(BGPNodeConfig.self)
        // Who may not read them is not told when one waits, and gets all the rest.
        let owners = stores.register(BGPClusterConfig.self, isOptional: true, needsRight: false)
        let options = WatchOptions(logger: console.logger)
        let source = APISource(client: cluster.client, stores: stores, options: options)
        let signal = stores.signal
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await source.run() }
            for await _ in signal.changes() where store.isReady && owners.isReady {
                let objects = store.snapshot.objects
                let look = await look(objects, owners.snapshot.objects, of: cluster, on: console)
                let waiting = deletions.objects(BGPNodeConfig.self, besides: objects)
                try show(objects + waiting, asBefore: look.doubted, on: console)
                guard look.isPending else { continue }
                group.addTask {
                    try await Task.sleep(for: Self.pause)
                    signal.notify()
                }
            }
        }
    }

    /// What a look found.
    private struct Look {
        /// Whether there is to be another soon.
        var isPending = false
        /// The nodes that are taken to be as they were, since operator or speaker may not have followed yet.
        var doubted: Set<String> = []
    }

    /// Asks the operator where something may be deleted and still count.
    private mutating func look(
        _ configs: [BGPNodeConfig],
        _ owners: [BGPClusterConfig],
        of cluster: Cluster,
        on console: Console
    ) async -> Look {
        let before = clusterConfigs
        clusterConfigs = Set(owners.map(\.metadata.name))
        let gone = Set(shown.keys).subtracting(configs.map(\.metadata.name))
        // Made anew it has no status, though the sessions stand.
        let silent = Set(configs.filter { $0.status == nil }.map(\.metadata.name)).filter { node in
            shown[node]?.contains(where: \.isReported) ?? false
        }
        let isAnythingGone = !gone.isEmpty || !before.isSubset(of: clusterConfigs) || !deletions.pending.isEmpty
        guard isAnythingGone || !silent.isEmpty else {
            doubts = [:]
            return Look()
        }
        if isAnythingGone { await ask(configs, owners, of: cluster, on: console) }
        let waiting = Set(deletions.objects(BGPNodeConfig.self, besides: configs).map(\.metadata.name))
        let now = ContinuousClock.now
        doubts = Dictionary(
            gone.subtracting(waiting).union(silent).map { ($0, doubts[$0] ?? now) },
            uniquingKeysWith: { first, _ in first }
        )
        let doubted = Set(doubts.filter { now - $0.value < Self.grace }.keys)
        return Look(isPending: !deletions.pending.isEmpty || !doubted.isEmpty, doubted: doubted)
    }

    private mutating func ask(
        _ configs: [BGPNodeConfig],
        _ owners: [BGPClusterConfig],
        of cluster: Cluster,
        on console: Console
    ) async {
        let known = Set(deletions.pending.map(\.message))
        deletions = await Deletions(of: cluster, namespace: speakerNamespace)
        deletions.forget(configs.map(\.reference) + owners.map(\.reference))
        for deletion in deletions.pending where !known.contains(deletion.message) { console.note(deletion.message) }
    }

    /// Prints the peers that are not as they were shown last.
    private mutating func show(_ configs: [BGPNodeConfig], asBefore doubted: Set<String>, on console: Console) throws {
        var now = Dictionary(configs.map { ($0.metadata.name, matching($0)) }) { first, _ in first }
        for node in doubted { now[node] = shown[node] }
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
