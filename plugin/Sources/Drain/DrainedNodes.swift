import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Planning
import Signals

/// The nodes that `drain` and `undrain` are about.
struct DrainedNodes: Sendable {
    private let cluster: Cluster
    /// When they are asked to leave service; nil when they are to come back.
    private let request: String?
    private let nodes: [Node]
    /// What the speakers had reported before anything was asked of them, by node; those without BGP are not in it.
    private let before: [String: Condition?]

    /// Reads the nodes; throws when one does not exist, before anything is changed.
    ///
    /// `request` is when they are asked to leave service, nil when they are to come back.
    init(_ names: [String], leaving request: String?, of cluster: Cluster, on console: Console) async throws {
        self.cluster = cluster
        self.request = request
        var nodes: [Node] = []
        var before: [String: Condition?] = [:]
        for name in names {
            let name = name.hasPrefix("node/") ? String(name.dropFirst(5)) : name
            nodes.append(try await cluster.client.get(Node.self, ObjectKey(name: name)))
            if let config = try await cluster.client.find(BGPNodeConfig.self, ObjectKey(name: name)) {
                before.updateValue(config.status?.conditions.of(.drained), forKey: name)
            } else {
                console.note("node/\(name) has no BGPNodeConfig, so it announces nothing")
            }
        }
        self.nodes = nodes
        self.before = before
    }

    private var isLeaving: Bool { request != nil }

    /// How long a report that is as before is not taken for the end of a drain.
    ///
    /// Speakers name the request that they follow. Older ones do not, and write what changed within a second; an undrain and a
    /// drain that follow each other closely may be nothing to them, and then they have nothing to report.
    private static let settlingTime = Duration.seconds(60)

    /// Whether a report may be of the time before the request was written, and says nothing about it.
    private func isStale(_ condition: Condition, of node: String) -> Bool {
        if let request, DrainCondition.answers(condition, request) { return false }
        let wasLeaving = nodes.first { $0.metadata.name == node }.map { DrainRequest($0) != nil } ?? false
        guard wasLeaving != isLeaving, before[node] == .some(.some(condition)) else { return false }
        // A speaker that has not begun to drain has nothing to end when the request is gone.
        return isLeaving || DrainCondition.reason(in: [condition]) != .inService
    }

    /// Writes annotations, null for those that go.
    func annotate(_ annotations: JSONValue, saying words: String, on console: Console) async throws {
        for node in nodes {
            do {
                _ = try await cluster.client.patch(
                    Node.self,
                    node.key,
                    .merge(["metadata": ["annotations": annotations]]),
                    WriteOptions(fieldManager: "kubectl-bgp")
                )
            } catch let error as KubeError where error.code == .forbidden {
                throw CommandFailure(
                    message: CommandFailure(error).message,
                    hint: "The ClusterRole martlet-node-drainer holds the right to patch nodes."
                )
            }
            try console.output.write("node/\(node.metadata.name) \(words)".onOneLine + "\n")
        }
    }

    /// Prints what the speakers report until every node is as wished; throws when that takes too long.
    ///
    /// - Returns: What each node came to.
    func wait(
        _ timeout: RequestTimeout,
        on console: Console,
        until isDone: @Sendable @escaping (DrainCondition.Reason) -> Bool
    ) async throws -> [String: DrainCondition.Reason] {
        guard !before.isEmpty else { return [:] }
        var stores = StoreSet()
        let watched = before.keys.sorted().map { name in
            (name: name, store: stores.register(BGPNodeConfig.self, scope: .named(name)))
        }
        let source = APISource(client: cluster.client, stores: stores, options: WatchOptions(logger: console.logger))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await source.run() }
            if let duration = timeout.duration {
                group.addTask { [signal = stores.signal] in
                    try await Task.sleep(for: duration)
                    signal.notify()
                }
            }
            if isLeaving {
                group.addTask { [signal = stores.signal] in
                    while true {
                        try await Task.sleep(for: .seconds(5))
                        signal.notify()
                    }
                }
            }
            var doubted: [String: ContinuousClock.Instant] = [:]
            let deadline = timeout.duration.map { ContinuousClock.now + $0 }
            var shown: [String: Condition] = [:]
            for await _ in stores.signal.changes() {
                var reached: [String: DrainCondition.Reason] = [:]
                for (name, store) in watched where store.isReady {
                    guard let config = store.snapshot[ObjectKey(name: name)] else {
                        reached[name] = .drained
                        continue
                    }
                    let conditions = config.status?.conditions ?? []
                    guard let condition = conditions.of(.drained),
                        let reason = DrainCondition.reason(in: conditions)
                    else { continue }
                    if shown[name] == nil, isStale(condition, of: name) {
                        let since = doubted[name] ?? .now
                        doubted[name] = since
                        guard isLeaving, ContinuousClock.now - since >= Self.settlingTime else { continue }
                    }
                    if shown[name] != condition {
                        shown[name] = condition
                        let words = "node/\(name) \(reason.words): \(DrainCondition.told(condition))"
                        try console.output.write(words.onOneLine + "\n")
                    }
                    if isDone(reason) { reached[name] = reason }
                }
                if reached.count == watched.count { return reached }
                if let deadline, ContinuousClock.now >= deadline {
                    let late = watched.map(\.name).filter { reached[$0] == nil }
                    throw CommandFailure.error(
                        "timed out waiting for \(late.map { "node/\($0)" }.joined(separator: ", "))",
                        hint: (isLeaving ? "The request to drain stays" : "The request to drain is gone")
                            + "; \"kubectl bgp explain node\" shows how far a node is."
                    )
                }
            }
            throw CancellationError()
        }
    }
}

extension DrainCondition.Reason {
    /// The reason in the words of a sentence about a node.
    var words: String {
        switch self {
        case .inService: "in service"
        case .invalidAnnotation: "in service"
        case .shuttingDown: "shutting down"
        case .lastAnnouncer: "drained in part"
        case .drained: "drained"
        }
    }
}
