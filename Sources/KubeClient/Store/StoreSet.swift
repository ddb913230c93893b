package import KubeJSON
package import KubeModel
import KubeYAML
import Logging
import PlainText
package import Signals

/// The kinds that a program follows, each with its store; a source fills them.
package struct StoreSet: Sendable {
    /// Hears of every change in any of the stores.
    package let signal: ChangeSignal
    var feeds: [any StoreFeed] = []

    /// Makes a set without kinds.
    package init(signal: ChangeSignal = ChangeSignal()) {
        self.signal = signal
    }

    /// Adds a kind and returns its store.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - scope: Which of its objects; a directory of manifests obeys namespace and `metadata.name` alone.
    ///   - strict: Whether manifests with fields that the type does not have are refused; nil means for our own
    ///     kinds, since the types of Kubernetes' kinds hold only what we read.
    ///   - isOptional: Whether a server that does not know the kind counts as one without such objects; otherwise the
    ///     store does not become ready.
    ///   - needsRight: Whether a server that forbids reading an optional kind keeps its store from becoming ready; else
    ///     that counts as no such objects, too.
    ///   - signal: Hears of its changes in place of the set's own, which it is to be a part of.
    ///   - patience: How long a deleted object counts; nil for not at all.
    ///   - validate: What the kind's own rules say against an object. One with faults is refused, wherever it comes from:
    ///     its last good version stays.
    ///   - isFinal: Whether an object that is deleted ends at once, whatever the patience.
    ///   - earlier: The objects that an earlier run of the program knew: what of them is not in the first list counts as
    ///     deleted then.
    ///   - trim: Takes out of an object from the API server what this program does not read, before it is kept.
    /// - Returns: The store.
    package mutating func register<Object: KubeObject>(
        _ type: Object.Type,
        scope: ObjectScope = .all,
        strict: Bool? = nil,
        isOptional: Bool = false,
        needsRight: Bool = true,
        signal: ChangeSignal? = nil,
        patience: DeletionPatience? = nil,
        validate: @escaping @Sendable (Object) -> [FieldError] = { _ in [] },
        isFinal: @escaping @Sendable (Object) -> Bool = { _ in false },
        earlier: @escaping @Sendable () -> [Object] = { [] },
        trim: @escaping @Sendable (inout Object) -> Void = { _ in }
    ) -> ResourceStore<Object> {
        let (store, writer) = ResourceStore<Object>.make(
            scope: scope,
            signal: signal ?? self.signal,
            patience: patience,
            isFinal: isFinal,
            earlier: earlier,
            validate: validate
        )
        let strict = strict ?? (Object.type.group == "martlet.dev")
        let absences: Set<KubeError.Code> = isOptional ? needsRight ? [.notFound] : [.notFound, .forbidden] : []
        feeds.append(TypedFeed(writer: writer, scope: scope, isStrict: strict, absences: absences, trim: trim))
        return store
    }

    /// Whether all stores have their first complete list.
    package var isReady: Bool { feeds.allSatisfy(\.isReady) }

    /// The kinds whose first list is still missing.
    package var missing: [ResourceType] { feeds.filter { !$0.isReady }.map(\.type) }

    /// Which kinds are not read, and why as far as that is known, in one line for a person; nil when all are.
    ///
    /// A kind that was read counts as read while the server is merely away; it does not when its list fails in a way that will
    /// not mend by itself, such as one that is forbidden or cannot be decoded.
    package var problem: String? {
        let unread = feeds.filter { !$0.isReady || $0.fault != nil }
        guard !unread.isEmpty else { return nil }
        return unread.map { feed in
            let state = feed.isReady ? "not followed" : "not loaded yet"
            return "\(feed.type.plural) \(state)\(feed.fault.map { ": \($0.asMessage)" } ?? "")"
        }
        .asFindings(most: unread.count)
    }

    /// What is wrong with objects of any of the kinds.
    package var diagnostics: [Diagnostic] { feeds.flatMap(\.diagnostics) }

    /// Waits until all stores are ready; throws `CancellationError`.
    package func waitUntilReady() async throws {
        try await signal.wait { isReady }
    }
}

/// One kind of a set, its type forgotten.
protocol StoreFeed: Sendable {
    var type: ResourceType { get }
    var isReady: Bool { get }
    /// Why the kind cannot be read at present.
    var fault: String? { get }
    var diagnostics: [Diagnostic] { get }
    /// How many objects are known.
    var count: Int { get }

    /// Follows the kind on the API server until cancelled.
    func follow(_ client: KubeClient, _ identity: ServerIdentityCheck, options: WatchOptions) async throws

    /// Takes the manifests of some objects, nil for those that are gone.
    func take(_ manifests: [(key: ObjectKey, manifest: ManifestObject?)])

    /// Makes the store ready, since all manifests have been taken.
    func finish()

    /// Ends deleted objects when their time is over, and tells the log of deletions, until cancelled.
    func keepDeletions(_ logger: Logger) async throws
}

/// One kind of a set.
struct TypedFeed<Object: KubeObject>: StoreFeed {
    let writer: StoreWriter<Object>
    let scope: ObjectScope
    let isStrict: Bool
    let absences: Set<KubeError.Code>
    let trim: @Sendable (inout Object) -> Void

    var type: ResourceType { Object.type }
    var isReady: Bool { writer.store.isReady }
    var fault: String? { writer.store.fault }
    var diagnostics: [Diagnostic] { writer.store.diagnostics }
    var count: Int { writer.store.snapshot.count }

    func follow(_ client: KubeClient, _ identity: ServerIdentityCheck, options: WatchOptions) async throws {
        try await Watcher(
            client: client,
            writer: writer,
            scope: scope,
            options: options,
            identity: identity,
            absences: absences,
            trim: trim
        ).run()
    }

    func take(_ manifests: [(key: ObjectKey, manifest: ManifestObject?)]) {
        for (key, manifest) in manifests where scope.contains(key) {
            guard let manifest else {
                writer.remove(key)
                continue
            }
            let (object, faults) = manifest.decode(Object.self, strict: isStrict)
            guard let object else {
                writer.reject(InvalidObject(manifest.json, at: key, diagnostics: faults))
                continue
            }
            // Checked here, where a field's line is known.
            let broken = writer.validate(object).map { manifest.diagnostic(field: $0.path, message: $0.message) }
            if broken.isEmpty {
                writer.putValid(object.completed(at: key))
            } else {
                writer.reject(InvalidObject(manifest.json, at: key, diagnostics: broken))
            }
        }
    }

    func finish() { writer.finish() }

    func keepDeletions(_ logger: Logger) async throws { try await writer.store.keepDeletions(logger) }
}
