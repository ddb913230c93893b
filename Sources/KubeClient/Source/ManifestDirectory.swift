package import KubeModel
import KubeYAML
package import Logging
import ServiceLifecycle
import Synchronization

/// Fills stores from a directory of manifests and follows its changes, with no API server at all.
///
/// Files are `*.yaml`, `*.yml` and `*.json`, also in directories below. What they hold is taken for the state of a cluster:
/// a namespace, uid and time of creation that no file states are filled in. A file that becomes malformed keeps
/// its last good objects; every fault is one diagnostic with file, line and column.
package final class ManifestDirectory: ServiceLifecycle.Service {
    private struct State {
        var files: ManifestFiles
        var world = ManifestWorld()
        var diagnostics: [Diagnostic] = []
        var hasRead = false
    }

    private let path: String
    private let stores: StoreSet
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let state: Mutex<State>

    /// Takes the directory and the stores; nothing is read yet.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - stores: The stores to fill.
    ///   - interval: How often the directory is looked at; a look costs one `stat` per file.
    ///   - clock: What measures the interval.
    ///   - logger: Hears every new diagnostic once.
    package init(
        path: String,
        stores: StoreSet,
        interval: Duration = .milliseconds(250),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "martlet.manifests")
    ) {
        self.path = path
        self.stores = stores
        self.interval = interval
        self.clock = clock
        self.logger = logger
        state = Mutex(State(files: ManifestFiles(directory: path)))
    }

    /// What is wrong with the files and their objects, in the order of files and lines.
    package var diagnostics: [Diagnostic] {
        let all = state.withLock(\.diagnostics) + stores.diagnostics
        return all.sorted {
            ($0.file ?? "", $0.line ?? 0, $0.column ?? 0, "\($0)") < (
                $1.file ?? "", $1.line ?? 0, $1.column ?? 0, "\($1)"
            )
        }
    }

    /// Reads what changed since the last look; throws `KubeError` when the directory cannot be read.
    ///
    /// For one-shot use; `run` calls it again and again.
    package func refresh() throws {
        let before = Set(diagnostics)
        let update: [[ManifestObject]]? = try state.withLock { state in
            let changes = try state.files.scan()
            guard !changes.isEmpty || !state.hasRead else { return nil }
            state.hasRead = true
            for (name, change) in changes {
                switch change {
                case .text(let text): state.world.update(name, text: text)
                case .removed: state.world.remove(name)
                case .unreadable: state.world.reject(name)
                }
            }
            let (objects, diagnostics) = state.world.objects(of: stores.feeds.map(\.type))
            state.diagnostics = diagnostics
            return objects
        }
        guard let update else { return }
        for (feed, manifests) in zip(stores.feeds, update) { feed.replace(manifests) }
        let now = diagnostics
        for diagnostic in now where !before.contains(diagnostic) { logger.error("\(diagnostic)") }
        // A diagnostic alone changes no store, and listeners want to show it.
        if Set(now) != before { stores.signal.notify() }
    }

    /// Follows the directory until cancelled or asked to shut down; throws when it cannot be read at the start.
    package func run() async throws {
        try refresh()
        try await untilShutdown {
            var isReadable = true
            while true {
                try await self.clock.sleep(for: self.interval)
                do {
                    try self.refresh()
                    isReadable = true
                } catch {
                    // The directory may come back, and what was read stays in force.
                    if isReadable { self.logger.error("\(error)") }
                    isReadable = false
                }
            }
        }
    }
}
