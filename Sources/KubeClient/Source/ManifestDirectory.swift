package import KubeModel
import KubeYAML
package import Logging
import ServiceLifecycle
import Signals
import Synchronization

/// Fills stores from a directory of manifests and follows its changes, with no API server at all.
///
/// Files are `*.yaml`, `*.yml` and `*.json`, also in directories below. What they hold is taken for the state of a cluster:
/// a namespace, uid and time of creation that no file states are filled in. A file that becomes malformed keeps
/// its last good objects; every fault is one diagnostic with file, line and column.
///
/// The kernel tells which files change, and only those are read. All files are looked at now and then too, for changes
/// that it does not tell of, as those another machine makes on a shared directory.
package final class ManifestDirectory: ServiceLifecycle.Service {
    /// How changes are noticed.
    package struct Following: Sendable {
        /// Whether the kernel is asked to tell of changes, where it can.
        package var watches = true
        /// How often everything is looked at when the kernel does not tell; a look costs one `stat` per file.
        package var polling: Duration = .milliseconds(250)
        /// How often everything is looked at when it does.
        package var sweeping: Duration = .seconds(10)
        /// How long a file may be away before its objects are taken for removed, since editors and version control put a
        /// new file in the place of one that they have removed.
        package var patience: Duration = .milliseconds(100)

        /// The ways of the programs.
        package init() {}
    }

    fileprivate struct State {
        var files: ManifestFiles
        var world: ManifestIndex
        var hasRead = false
        /// Whether the kernel tells of every change, as far as is known.
        var isTold = false
        /// Whether the next look at everything is a long time off.
        var isSweeping = false
        /// Whether a look is due sooner, since the kernel has ceased to tell meanwhile.
        var isPolling = false

        /// Whether a look has to be arranged for; the answer is yes once.
        mutating func mustPoll() -> Bool {
            guard isSweeping, !isTold, !isPolling else { return false }
            isPolling = true
            return true
        }
    }

    private let path: String
    private let stores: StoreSet
    private let following: Following
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let state: Mutex<State>

    /// Takes the directory and the stores; nothing is read yet.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - stores: The stores to fill.
    ///   - following: How changes are noticed.
    ///   - clock: What measures time.
    ///   - logger: Hears every new diagnostic once.
    package init(
        path: String,
        stores: StoreSet,
        following: Following = Following(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "martlet.manifests")
    ) {
        self.path = path
        self.stores = stores
        self.following = following
        self.clock = clock
        self.logger = logger
        let world = ManifestIndex(of: stores.feeds.map(\.type))
        state = Mutex(State(files: ManifestFiles(directory: path), world: world))
    }

    /// What is wrong with the files and their objects, in the order of files and lines.
    package var diagnostics: [Diagnostic] {
        let all = state.withLock(\.world.diagnostics) + stores.diagnostics
        return all.sorted {
            ($0.file ?? "", $0.line ?? 0, $0.column ?? 0, "\($0)") < (
                $1.file ?? "", $1.line ?? 0, $1.column ?? 0, "\($1)"
            )
        }
    }

    /// Reads what changed since the last look; throws `KubeError` when the directory cannot be read.
    ///
    /// For one-shot use: files that are gone take their objects with them at once.
    package func refresh() throws {
        try stores.signal.gather { () throws in
            let missing = try look(at: .all)
            if !missing.isEmpty { _ = try look(at: DirectoryPlaces(expired: missing)) }
        }
    }

    /// Follows the directory until cancelled or asked to shut down; throws when it cannot be read at the start.
    package func run() async throws {
        let notes = DirectoryNotes()
        let watch = following.watches ? DirectoryWatch(path, notes: notes) : nil
        try stores.signal.gather { () throws in _ = try look(at: .all, with: watch) }
        try await untilShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                if let watch { group.addTask { try await watch.run() } }
                group.addTask { try await self.pace(notes) }
                for feed in self.stores.feeds { group.addTask { try await feed.keepDeletions(self.logger) } }
                var isReadable = true
                for await _ in notes.signal.changes() {
                    do {
                        let missing = try self.look(atAllOf: notes, with: watch)
                        isReadable = true
                        if !missing.isEmpty {
                            group.addTask {
                                try await self.clock.sleep(for: self.following.patience)
                                notes.note(DirectoryPlaces(expired: missing))
                            }
                        }
                    } catch {
                        // The directory may come back, and what was read stays in force.
                        if isReadable { self.logger.error("\(error)") }
                        isReadable = false
                        self.state.withLock { $0.isTold = false }
                    }
                    if self.state.withLock({ $0.mustPoll() }) {
                        group.addTask {
                            try await self.clock.sleep(for: self.following.polling)
                            self.state.withLock { $0.isPolling = false }
                            notes.note(.all)
                        }
                    }
                }
            }
        }
    }

    /// Has everything looked at every now and then, and often when the kernel does not tell.
    private func pace(_ notes: DirectoryNotes) async throws {
        while true {
            let isSweeping = state.withLock { state in
                state.isSweeping = state.isTold
                return state.isTold
            }
            try await clock.sleep(for: isSweeping ? following.sweeping : following.polling)
            notes.note(.all)
        }
    }

    /// How often more may come while files are read before what was read takes effect.
    private static let rounds = 32

    /// Looks at what is noted and at what is noted meanwhile, which all takes effect together.
    private func look(atAllOf notes: DirectoryNotes, with watch: DirectoryWatch?) throws -> Set<String> {
        var missing: Set<String> = []
        try stores.signal.gather { () throws in
            for _ in 0..<Self.rounds {
                guard let places = notes.take() else { return }
                missing.formUnion(try look(at: places, with: watch))
            }
            notes.note(DirectoryPlaces())
        }
        return missing
    }

    /// Looks at some places and brings the stores up to date; returns the files that are newly away.
    private func look(at places: DirectoryPlaces, with watch: DirectoryWatch? = nil) throws -> Set<String> {
        let before = Set(diagnostics)
        let missing = try state.withLock { state in
            let listing = try state.list(places, with: watch)
            var missing: Set<String> = []
            for name in state.files.candidates(places, listing) {
                var changes: ManifestIndex.Changes = [:]
                switch state.files.look(at: name, unconditionally: places.files.contains(name)) {
                case .text(let text): changes = state.world.update(name, text: text)
                case .removed:
                    changes = state.world.miss(name)
                    missing.insert(name)
                case .unreadable(let why): state.world.reject(name, why)
                case nil: if places.expired.contains(name) { changes = state.world.remove(ifGone: name) }
                }
                take(changes)
            }
            if !state.hasRead {
                for feed in stores.feeds { feed.finish() }
                state.hasRead = true
            }
            return missing
        }
        let now = diagnostics
        for diagnostic in now where !before.contains(diagnostic) { logger.error("\(diagnostic)") }
        // A diagnostic alone changes no store, and listeners want to show it.
        if Set(now) != before { stores.signal.notify() }
        return missing
    }

    private func take(_ changes: ManifestIndex.Changes) {
        for (type, changes) in Dictionary(grouping: changes, by: \.key.type).sorted(by: { $0.key < $1.key }) {
            stores.feeds[type].take(changes.map { ($0.key.key, $0.value) }.sorted { $0.0 < $1.0 })
        }
    }
}

extension ManifestDirectory.State {
    /// Lists the directories among some places, and has them watched before that, so that no change falls in between.
    mutating func list(_ places: DirectoryPlaces, with watch: DirectoryWatch?) throws -> DirectoryListing? {
        guard var listing = try files.listing(of: places) else { return nil }
        guard let watch else { return listing }
        while true {
            isTold = watch.watch(listing)
            guard let again = try files.listing(of: places), again != listing else { return listing }
            listing = again
        }
    }
}
