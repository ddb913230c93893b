package import KubeModel
import KubeYAML
import LogKeys
import Logging
package import Signals
import Synchronization

/// Objects of one kind that are read by name, and of which no others are: a right to `get` suffices.
///
/// The store is ready once of every name that was wanted first it is known whether there is such an object. Names that are
/// wanted later make it no less ready; whoever decides with them waits until they were asked for.
package struct NamedObjects<Object: KubeObject>: Sendable {
    /// What was found.
    package let store: ResourceStore<Object>
    fileprivate let asked: AskedNames

    /// The names that were asked for since they are wanted; nil for manifests, which are all in sight.
    ///
    /// One whose question failed counts: the store holds what was known of it before, if anything.
    package var askedNames: Set<String>? { asked.names }

    /// Whether every one of some names was.
    package func wereAsked(for names: Set<String>) -> Bool { askedNames.map(names.isSubset) ?? true }
}

extension StoreSet {
    /// Adds a kind of whose objects only those of some names are read, in one namespace.
    ///
    /// - Parameters:
    ///   - type: The kind.
    ///   - namespace: Where the objects are.
    ///   - pace: How often each is read.
    ///   - signal: Hears of its changes in place of the set's own, which it is to be a part of.
    ///   - trigger: Is told when the names may be others.
    ///   - patience: How long a deleted object counts; nil for not at all.
    ///   - trim: Takes out of an object from the API server what this program does not read, before it is kept.
    ///   - names: The names that are wanted; nil while that is not known yet.
    /// - Returns: The store, and what was asked for.
    package mutating func registerNamed<Object: KubeObject>(
        _ type: Object.Type,
        namespace: String,
        pace: NamedPace,
        signal: ChangeSignal? = nil,
        trigger: ChangeSignal,
        patience: DeletionPatience? = nil,
        trim: @escaping @Sendable (inout Object) -> Void = { _ in },
        names: @escaping @Sendable () -> Set<String>?
    ) -> NamedObjects<Object> {
        let scope = ObjectScope(namespace: namespace)
        let (store, writer) = ResourceStore<Object>.make(
            scope: scope,
            signal: signal ?? self.signal,
            patience: patience
        )
        let asked = AskedNames()
        feeds.append(
            NamedFeed(
                typed: TypedFeed(writer: writer, scope: scope, isStrict: false, absences: [], trim: trim),
                namespace: namespace,
                pace: pace,
                trigger: trigger,
                asked: asked,
                names: names
            )
        )
        return NamedObjects(store: store, asked: asked)
    }
}

/// The names that were asked for.
private final class AskedNames: Sendable {
    private enum State {
        case names(Set<String>)
        case all
    }

    private let state = Mutex(State.names([]))

    var names: Set<String>? {
        state.withLock { state in
            if case .names(let names) = state { names } else { nil }
        }
    }

    /// Returns whether anything is different.
    func set(_ names: Set<String>) -> Bool {
        state.withLock { state in
            if case .names(names) = state { return false }
            state = .names(names)
            return true
        }
    }

    func setAll() { state.withLock { $0 = .all } }
}

/// One kind of a set that is read by name.
private struct NamedFeed<Object: KubeObject>: StoreFeed {
    let typed: TypedFeed<Object>
    let namespace: String
    let pace: NamedPace
    let trigger: ChangeSignal
    let asked: AskedNames
    let names: @Sendable () -> Set<String>?

    /// How many are asked for at a time.
    private static var breadth: Int { 8 }

    var type: ResourceType { typed.type }
    var isReady: Bool { typed.isReady }
    var fault: String? { typed.fault }
    var diagnostics: [Diagnostic] { typed.diagnostics }
    var count: Int { typed.count }

    func follow(_ client: KubeClient, _ identity: ServerIdentityCheck, options: WatchOptions) async throws {
        try await follow(client, options, options.clock)
    }

    func take(_ manifests: [(key: ObjectKey, manifest: ManifestObject?)]) { typed.take(manifests) }

    func finish() {
        asked.setAll()
        typed.finish()
    }

    func keepDeletions(_ logger: Logger) async throws { try await typed.keepDeletions(logger) }

    private func follow(_ client: KubeClient, _ options: WatchOptions, _ clock: some Clock<Duration>) async throws {
        let beginning = clock.now
        var reads = NamedReads(pace: pace)
        var generator = SystemRandomNumberGenerator()
        while true {
            try Task.checkCancellation()
            let wanted = names()
            for name in reads.want(wanted ?? [], at: beginning.duration(to: clock.now)) {
                typed.writer.forget(ObjectKey(namespace: namespace, name: name))
            }
            let answers = await ask(reads.due(at: beginning.duration(to: clock.now)), client)
            try Task.checkCancellation()
            let now = beginning.duration(to: clock.now)
            // What came together is told together.
            let signal = typed.writer.store.signal
            signal.gather {
                if !answers.isEmpty { typed.writer.recovered() }
                for (name, answer) in answers {
                    let isNews = reads.take(answer.kind, for: name, at: now, using: &generator)
                    take(answer, name, isNews: isNews, options)
                }
                if asked.set(reads.asked) { signal.notify() }
                if wanted != nil, reads.isComplete, !isReady { typed.writer.finish() }
            }
            try await wait(for: reads.pause(at: beginning.duration(to: clock.now)), or: wanted, clock)
        }
    }

    /// What the server says of a name.
    private enum Answer: Sendable {
        case object(Object)
        case absent
        case failure(String, isLasting: Bool)

        var kind: NamedReads.Answer {
            switch self {
            case .object: .present
            case .absent: .absent
            case .failure: .failed
            }
        }
    }

    private func ask(_ names: [String], _ client: KubeClient) async -> [(String, Answer)] {
        await withTaskGroup(of: (String, Answer).self) { group in
            var rest = names[...]
            var answers: [(String, Answer)] = []
            for name in rest.prefix(Self.breadth) { group.addTask { (name, await ask(name, client)) } }
            rest = rest.dropFirst(Self.breadth)
            for await answer in group {
                answers.append(answer)
                if let name = rest.popFirst() { group.addTask { (name, await ask(name, client)) } }
            }
            return answers
        }
    }

    private func ask(_ name: String, _ client: KubeClient) async -> Answer {
        // What could not be a name would be part of another path; nothing exists under it.
        guard name.isObjectName else { return .absent }
        do {
            let key = ObjectKey(namespace: namespace, name: name)
            guard let object = try await client.find(Object.self, key) else { return .absent }
            return object.key == key
                ? .object(object) : .failure("the answer is another object, \(object.key)", isLasting: true)
        } catch {
            return .failure("\(error)", isLasting: (error as? KubeError)?.isLasting ?? true)
        }
    }

    private func take(_ answer: Answer, _ name: String, isNews: Bool, _ options: WatchOptions) {
        let key = ObjectKey(namespace: namespace, name: name)
        switch answer {
        case .object(let object):
            var object = object
            typed.trim(&object)
            typed.writer.put(object)
        case .absent:
            typed.writer.remove(key)
        case .failure(let error, let isLasting):
            typed.writer.failed(error, isLasting: isLasting)
            guard isNews else { return }
            options.logger.warning(
                "reading failed, what is known stays",
                metadata: [.kind: "\(Object.type.kind)", .object: "\(key)", .error: "\(error)"]
            )
        }
    }

    /// Waits until the next name is due, or others are wanted.
    private func wait(for pause: Duration?, or wanted: Set<String>?, _ clock: some Clock<Duration>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await trigger.wait { names() != wanted } }
            if let pause { group.addTask { try await clock.sleep(for: pause) } }
            try await group.next()
        }
    }
}

extension String {
    /// Whether an object may have this name (RFC 1123 subdomain, as Kubernetes checks it).
    fileprivate var isObjectName: Bool {
        let isOfNames = utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isOfNames && (1...253).contains(utf8.count) && !hasPrefix(".") && !hasSuffix(".") && !contains("..")
    }
}
