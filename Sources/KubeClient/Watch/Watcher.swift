import FoundationEssentials
import KubeModel
import LogKeys
import Logging
import Pacing
import PlainText
import Signals

/// Follows one kind on an API server and writes what it sees to a store.
///
/// It does what `WatchStateMachine` says and reports back; every decision is the machine's.
struct Watcher<Object: KubeObject> {
    let client: KubeClient
    let writer: StoreWriter<Object>
    let scope: ObjectScope
    let options: WatchOptions
    let identity: ServerIdentityCheck
    /// The answers to a list that count as an empty one.
    let absences: Set<KubeError.Code>
    /// Is told of such an answer, in place of the store, which is emptied otherwise; nil says that there is a list.
    let presence: (@Sendable (KubeError?) -> Void)?
    /// Takes out of an object what this program does not read.
    let trim: @Sendable (inout Object) -> Void
    let metrics: WatchMetrics

    init(
        client: KubeClient,
        writer: StoreWriter<Object>,
        scope: ObjectScope,
        options: WatchOptions,
        identity: ServerIdentityCheck,
        absences: Set<KubeError.Code> = [],
        presence: (@Sendable (KubeError?) -> Void)? = nil,
        trim: @escaping @Sendable (inout Object) -> Void = { _ in }
    ) {
        self.client = client
        self.writer = writer
        self.scope = scope
        self.options = options
        self.identity = identity
        self.absences = absences
        self.presence = presence
        self.trim = trim
        metrics = WatchMetrics(resource: Object.type.plural, options.metrics)
    }

    /// Runs until cancelled.
    func run() async throws {
        defer { metrics.gone() }
        var machine = WatchStateMachine(longestSilence: options.bookmarkInterval * 2)
        var server: String?
        var staged = Staged(length: ListLength(longest: options.longestList))
        var reader = PageReader<Object>(client: client, scope: scope, limit: PageLimit(most: options.pageSize))
        var actions = machine.handle(.started)
        while true {
            try Task.checkCancellation()
            var next: [WatchStateMachine.Action] = []
            for action in actions {
                switch action {
                case .list(let token):
                    if token == nil {
                        staged = Staged(length: ListLength(longest: options.longestList))
                        // A list from another cluster than this is found out by the next question.
                        server = try await identity.uid() ?? server
                    }
                    next += machine.handle(try await list(token, with: &reader, into: &staged))
                case .commit:
                    writer.store.signal.gather {
                        presence?(nil)
                        report(writer.replace(staged.items, refused: staged.undecodable))
                    }
                    next += machine.handle(.committed(isNews: writer.store.isNews))
                    options.logger.debug("list complete", metadata: [.kind: "\(Object.type.kind)"])
                    staged = Staged(length: ListLength(longest: options.longestList))
                case .watch(let version):
                    options.logger.debug(
                        "watching",
                        metadata: [.kind: "\(Object.type.kind)", .resourceVersion: "\(version)"]
                    )
                    next += try await watch(reader.served, from: version, &machine)
                case .ask:
                    next += machine.handle(try await ask(&reader, knowing: &server))
                case .startOver(let doubt):
                    metrics.doubted(doubt)
                    writer.startEpoch()
                    options.logger.log(
                        level: doubt == .silence ? .info : .warning,
                        "what was followed may not be the API server's past, so all is listed anew",
                        metadata: [.kind: "\(Object.type.kind)", .watchDoubt: "\(doubt.rawValue)"]
                    )
                    var generator = SystemRandomNumberGenerator()
                    let part = Double.random(in: 0..<1, using: &generator)
                    try await options.clock.sleep(for: options.spread * part)
                    next += machine.handle(.waited)
                case .backoff(let attempt, let floor):
                    var generator = SystemRandomNumberGenerator()
                    let delay = options.backoff.delay(after: attempt, atLeast: floor, using: &generator)
                    options.logger.debug(
                        "waiting before the API server is asked again",
                        metadata: [.kind: "\(Object.type.kind)", .attempt: "\(attempt)", .delay: "\(delay)"]
                    )
                    try await options.clock.sleep(for: delay)
                    next += machine.handle(.waited)
                }
            }
            actions = next
        }
    }

    /// Whether the server may cease to know the kind as it is asked for.
    private var mayGo: Bool { !Object.type.olderVersions.isEmpty || absences.contains(.notFound) }

    private struct Staged {
        var items: [Object] = []
        var undecodable: [InvalidObject] = []
        var length: ListLength
    }

    private func list(
        _ token: String?,
        with reader: inout PageReader<Object>,
        into staged: inout Staged
    ) async throws -> WatchStateMachine.Event {
        let before = reader.limit.count
        do {
            let page = token == nil ? try await reader.first() : try await reader.page(continue: token)
            if reader.limit.count < before {
                options.logger.info(
                    "a page of a list was too long, and was asked for again with fewer objects",
                    metadata: [.kind: "\(Object.type.kind)", .listLimit: "\(reader.limit.count)"]
                )
            }
            try staged.length.add(page)
            let known = writer.store.snapshot
            for item in page.items {
                var object = item
                trim(&object)
                // What is known already is there once.
                if let present = known[object.key], present == object { object = present }
                staged.items.append(object)
            }
            staged.undecodable += page.undecodable
            return .page(resourceVersion: page.resourceVersion, continue: page.continue)
        } catch let error as KubeError where absences.contains(error.code) {
            // Asked for again after a pause, so that a definition installed later takes effect.
            if token == nil {
                metrics.gone()
                if let presence { presence(error) } else { writer.replace([]) }
            }
            return try failure(error, of: .list, isFault: false)
        } catch {
            return try failure(error, of: .list)
        }
    }

    /// Reads one watch to its end and returns what the machine then wants.
    private func watch(
        _ served: ResourceType,
        from version: String,
        _ machine: inout WatchStateMachine
    ) async throws -> [WatchStateMachine.Action] {
        let activity = Activity(options.clock)
        let end: WatchStateMachine.Event
        var reason: WatchMetrics.End = .error
        do {
            end = try await withThrowingTaskGroup(of: WatchStateMachine.Event.self) { group in
                group.addTask { try await read(served, from: version, activity) }
                group.addTask { try await silence(activity, options.clock) }
                defer { group.cancelAll() }
                return try await group.next() ?? .ended(early: true)
            }
            if case .ended = end { reason = .closed }
        } catch is WentBack {
            end = .wentBack
        } catch let error as KubeError where error.code == .notFound && mayGo {
            // The server was upgraded, and knows the kind in another version now, or does not know it any more.
            metrics.failed(.watch, error.code)
            end = .failed(.relist, retryAfter: error.retryAfter)
        } catch let error as KubeError where error.code == .tooLong {
            // The same may come again from the same version, and not after a new list; that waits, as after any fault.
            _ = try failure(error, of: .watch)
            end = .failed(.relist, retryAfter: error.retryAfter ?? .zero)
        } catch {
            end = try failure(error, of: .watch)
            if case .failed(.relist, _) = end { reason = .expired }
        }
        metrics.ended(reason)
        // Progress asks for no action, so the last of it is enough when the watch is over.
        if let version = activity.progress { _ = machine.handle(.progress(resourceVersion: version)) }
        if let silence = activity.silence { _ = machine.handle(.silence(silence)) }
        return machine.handle(end)
    }

    /// Asks at which version the server is and which cluster it serves: the version of a list with one object at most says so.
    private func ask(
        _ reader: inout PageReader<Object>,
        knowing server: inout String?
    ) async throws -> WatchStateMachine.Event {
        do {
            let version = try await reader.version()
            let present = try await identity.uid()
            defer { server = present ?? server }
            let isAnother = if let server, let present { server != present } else { false }
            return .answered(resourceVersion: version, isAnother: isAnother)
        } catch let error as KubeError where absences.contains(error.code) {
            // The watch says the same, and what follows from it.
            return .answered(resourceVersion: nil, isAnother: false)
        } catch {
            return try failure(error, of: .list)
        }
    }

    private func read(
        _ served: ResourceType,
        from version: String,
        _ activity: Activity
    ) async throws -> WatchStateMachine.Event {
        let request = KubeRequest.watch(served, scope, from: version, timeout: options.watchTimeout)
        let stream = try await client.open(request)
        writer.recovered()
        activity.open()
        metrics.opened()
        defer { metrics.closed() }
        var lines = JSONLineDecoder()
        var latest = version
        for try await piece in stream.pieces {
            activity.mark()
            let complete = try lines.append(piece)
            // What came in one piece is told in one.
            try writer.store.signal.gather {
                for line in complete {
                    let event = try TypedWatchEvent<Object>(line)
                    if let next = event.resourceVersion, ResourceVersion.isOlder(next, than: latest) {
                        throw WentBack()
                    }
                    try write(event)
                    latest = event.resourceVersion ?? latest
                    activity.note(latest)
                }
            }
        }
        return .ended(early: activity.age < options.watchTimeout - Self.margin)
    }

    /// By how much a server may end a watch before its time, or a clock be off.
    private static var margin: Duration { .seconds(10) }

    /// The watch delivered an older version than before.
    private struct WentBack: Error {}

    private func write(_ event: TypedWatchEvent<Object>) throws {
        switch event {
        case .put(var object, _):
            trim(&object)
            report(writer.put(object))
        case .removed(let key, _): writer.remove(key)
        case .bookmark: break
        case .undecodable(let object): report(writer.reject(object))
        case .error(let error): throw error
        }
    }

    private func report(_ news: [Diagnostic]) {
        for diagnostic in news { options.logger.error("\(diagnostic.description.asMessage)") }
    }

    /// Returns once no byte came for the idle timeout, or the watch goes on long after the server should have ended it, as one
    /// does that is fed an octet now and then.
    private func silence(_ activity: Activity, _ clock: some Clock<Duration>) async throws -> WatchStateMachine.Event {
        let periods = max(1, Int(options.watchTimeout / options.idleTimeout)) + 2
        for _ in 0..<periods {
            let before = activity.signs
            try await clock.sleep(for: options.idleTimeout)
            if activity.signs == before { return .idle }
        }
        return .ended(early: true)
    }
}
