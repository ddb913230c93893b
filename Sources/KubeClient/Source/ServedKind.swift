package import KubeModel
import KubeYAML
import LogKeys
import Logging
package import Signals
import Synchronization

/// A kind that a cluster need not know, such as one of a network plugin.
///
/// Its objects are followed for as long as its CustomResourceDefinition is there, which is followed too: a kind that is
/// installed later is read at once, one that goes takes its objects along, and nothing is asked for that is not there.
package struct ServedKind<Object: KubeObject>: Sendable {
    package let store: ResourceStore<Object>
    /// The kind's definition; none while the cluster does not know the kind.
    package let definition: ResourceStore<CustomResourceDefinition>

    /// Whether the cluster knows the kind.
    package var isServed: Bool {
        definition.snapshot[ObjectKey(name: Object.type.definitionName)]?.isEstablished ?? false
    }

    /// Whether its objects can be read.
    package var presence: ServedPresence {
        guard isServed else { return .notServed }
        return store.unread.map { .unreadable($0) } ?? .served
    }

    /// What there is; among manifests a kind is known of which there is an object.
    package var objects: ServedObjects<Object> {
        switch presence {
        case .notServed: .notServed
        case .unreadable(let why): .unreadable(why)
        case .served: .served(store.snapshot.objects)
        }
    }
}

extension StoreSet {
    /// Adds a kind that the cluster need not know.
    ///
    /// The set is ready whether the cluster knows it or not. It takes the right to read the kind's definition, by its name;
    /// without that right the kind itself is asked for now and then, and one that may not be read counts as not known.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - scope: Which of its objects; a directory of manifests obeys namespace and `metadata.name` alone.
    ///   - signal: Hears of its changes in place of the set's own, which it is to be a part of.
    ///   - trim: Takes out of an object from the API server what this program does not read, before it is kept.
    /// - Returns: The kind.
    package mutating func registerServed<Object: KubeObject>(
        _ type: Object.Type,
        scope: ObjectScope = .all,
        signal: ChangeSignal? = nil,
        trim: @escaping @Sendable (inout Object) -> Void = { _ in }
    ) -> ServedKind<Object> {
        let signal = signal ?? self.signal
        let (store, writer) = ResourceStore<Object>.make(scope: scope, signal: signal)
        let (definition, definitionWriter) = ResourceStore<CustomResourceDefinition>.make(
            scope: .named(Object.type.definitionName),
            signal: ChangeSignal(partOf: signal)
        )
        let kind = ServedKind(store: store, definition: definition)
        feeds.append(
            ServedFeed(
                kind: kind,
                typed: TypedFeed(writer: writer, scope: scope, isStrict: false, absences: [], trim: trim),
                definition: definitionWriter
            )
        )
        return kind
    }
}

/// A kind of a set that the cluster need not know.
private final class ServedFeed<Object: KubeObject>: StoreFeed {
    private let kind: ServedKind<Object>
    private let typed: TypedFeed<Object>
    private let definition: StoreWriter<CustomResourceDefinition>
    /// The manifests of the kind, whichever are within the scope.
    private let manifests = Mutex<Set<ObjectKey>>([])

    init(kind: ServedKind<Object>, typed: TypedFeed<Object>, definition: StoreWriter<CustomResourceDefinition>) {
        self.kind = kind
        self.typed = typed
        self.definition = definition
    }

    var type: ResourceType { Object.type }
    var isReady: Bool { kind.definition.isReady && typed.isReady }
    var fault: String? { kind.definition.fault ?? typed.fault ?? (sight == .served ? kind.store.unread : nil) }
    var diagnostics: [Diagnostic] { typed.diagnostics }
    var count: Int { typed.count }

    func take(_ manifests: [(key: ObjectKey, manifest: ManifestObject?)]) {
        let isKnown = self.manifests.withLock { known in
            for (key, manifest) in manifests {
                if manifest == nil { known.remove(key) } else { known.insert(key) }
            }
            return !known.isEmpty
        }
        presume(isServed: isKnown)
        typed.take(manifests)
    }

    func finish() {
        definition.finish()
        typed.finish()
    }

    func follow(_ client: KubeClient, _ identity: ServerIdentityCheck, options: WatchOptions) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.followDefinition(client, identity, options) }
            group.addTask {
                while true { try await self.followObjects(client, identity, options) }
            }
        }
    }

    func keepDeletions(_ logger: Logger) async throws { try await typed.keepDeletions(logger) }

    /// What is known of whether the cluster knows the kind.
    private enum Sight: Hashable, Sendable {
        /// The definition was not asked for yet.
        case unknown
        /// Definitions may not be read.
        case hidden
        case absent
        case served
    }

    private var sight: Sight {
        if kind.definition.unread != nil { return .hidden }
        guard kind.definition.isReady else { return .unknown }
        return kind.isServed ? .served : .absent
    }

    private func followDefinition(
        _ client: KubeClient,
        _ identity: ServerIdentityCheck,
        _ options: WatchOptions
    ) async throws {
        let definition = definition
        try await Watcher(
            client: client,
            writer: definition,
            scope: kind.definition.scope,
            options: options,
            identity: identity,
            absences: [.forbidden, .notFound],
            presence: { error in
                guard let error else { return }
                guard error.code == .forbidden else {
                    definition.replace([])
                    return
                }
                if definition.leaveUnread(error.message) {
                    options.logger.warning(
                        "whether the cluster knows a kind is found out by asking for its objects",
                        metadata: [.kind: "\(Object.type.kind)", .error: "\(error)"]
                    )
                }
            },
            trim: { $0.keepWhetherServed() }
        ).run()
    }

    /// Follows the objects until it is another question whether there can be any.
    private func followObjects(
        _ client: KubeClient,
        _ identity: ServerIdentityCheck,
        _ options: WatchOptions
    ) async throws {
        let sight = sight
        if sight == .absent { typed.writer.replace([]) }
        if sight != .unknown {
            options.logger.debug(
                "a kind that need not be there",
                metadata: [.kind: "\(Object.type.kind)", .definition: "\(sight)"]
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.kind.definition.signal.wait { self.sight != sight } }
            switch sight {
            case .unknown, .absent: break
            case .hidden: group.addTask { try await self.watcher(client, identity, options, self.presume).run() }
            case .served: group.addTask { try await self.watcher(client, identity, options, { _ in }).run() }
            }
            try await group.next()
        }
    }

    /// Follows the objects; `presume` is told whether the kind turned out to be known.
    private func watcher(
        _ client: KubeClient,
        _ identity: ServerIdentityCheck,
        _ options: WatchOptions,
        _ presume: @escaping @Sendable (_ isServed: Bool) -> Void
    ) -> Watcher<Object> {
        Watcher(
            client: client,
            writer: typed.writer,
            scope: typed.scope,
            options: options,
            identity: identity,
            absences: [.forbidden, .notFound],
            presence: { error in
                presume(error == nil)
                guard let error else { return }
                guard error.code == .forbidden, self.sight == .served else {
                    self.typed.writer.replace([])
                    return
                }
                if self.typed.writer.leaveUnread(error.message) {
                    options.logger.warning(
                        "a kind that the cluster knows may not be read",
                        metadata: [.kind: "\(Object.type.kind)", .error: "\(error)"]
                    )
                }
            },
            trim: typed.trim
        )
    }

    /// Notes that the kind is known, or is not, where no definition says so.
    @Sendable private func presume(isServed: Bool) {
        let name = Object.type.definitionName
        guard isServed else { return definition.remove(ObjectKey(name: name)) }
        let established = Condition(type: "Established", status: .true)
        definition.putValid(
            CustomResourceDefinition(metadata: ObjectMeta(name: name), status: .init(conditions: [established]))
        )
    }
}
