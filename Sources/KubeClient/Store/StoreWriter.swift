import KubeJSON
package import KubeModel

package struct StoreWriter<Object: KubeObject>: Sendable {
    /// The store it writes to.
    package let store: ResourceStore<Object>

    /// What a kind's own rules say against an object; an object with faults is refused.
    let validate: @Sendable (Object) -> [FieldError]

    init(store: ResourceStore<Object>, validate: @escaping @Sendable (Object) -> [FieldError] = { _ in [] }) {
        self.store = store
        self.validate = validate
    }

    /// Puts one object, new or changed, unless it breaks a rule; returns what is newly wrong.
    @discardableResult
    package func put(_ object: Object) -> [Diagnostic] {
        let faults = validate(object)
        guard faults.isEmpty else { return reject(InvalidObject(object, breaking: faults)) }
        putValid(object)
        return []
    }

    /// Puts one object that is known to break no rule.
    func putValid(_ object: Object) {
        let (moment, keeping) = (store.keeping?.now, store.keeping)
        store.write { $0.take(object, moment, keeping) }
    }

    /// Makes the store ready, since everything that there is has been put.
    func finish() {
        let now = store.keeping?.now.elapsed
        store.write { state in
            defer {
                state.isReady = true
                state.readyTime = state.readyTime ?? now
            }
            return !state.isReady
        }
    }

    /// Notes why the objects could not be read.
    ///
    /// Before the first complete list every reason counts, later only one that lasts until somebody changes something: a
    /// server that is away for a while is lived through.
    package func failed(_ reason: String, isLasting: Bool) {
        store.write { state in
            if isLasting || !state.isReady { state.fault = reason }
            return false
        }
    }

    /// Makes the store ready although its objects may not be read, and returns whether that is news.
    ///
    /// Objects that were read before stay, as after any fault.
    func leaveUnread(_ reason: String) -> Bool {
        guard store.snapshot.isEmpty else {
            failed(reason, isLasting: true)
            return false
        }
        let isNews = store.unread == nil
        store.write { state in
            guard state.unread != reason || !state.isReady else { return false }
            state.unread = reason
            state.isReady = true
            state.markUnknown()
            return true
        }
        return isNews
    }

    /// Notes that the objects can be read again.
    package func recovered() {
        store.write { state in
            state.fault = nil
            return false
        }
    }

    /// Takes that one object is deleted.
    package func remove(_ key: ObjectKey) {
        let (moment, keeping) = (store.keeping?.now, store.keeping)
        store.write { $0.delete(key, moment, keeping) }
    }

    /// Takes that the server may have another past than the one that was followed.
    func startEpoch() {
        store.write { state in
            state.epoch += 1
            return false
        }
    }

    /// Takes one object away that is no longer asked for, whether it is there or not.
    package func forget(_ key: ObjectKey) {
        store.write { state in
            let hadWaited = state.held?.end(key) ?? false
            return state.remove(key) || hadWaited
        }
    }

    /// Notes that the newest version of an object is not taken, and returns what is newly wrong; the last good one stays.
    @discardableResult
    package func reject(_ object: InvalidObject) -> [Diagnostic] {
        let key = object.key ?? ObjectKey(name: "")
        let before = store.refusal(of: key)
        store.write { state in
            // It is there again, and what was good of it stays.
            let hadWaited = state.restore(key)
            guard state.refused[key] != object else { return hadWaited }
            state.refused[key] = object
            return true
        }
        return object.diagnostics.filter { !(before?.diagnostics.contains($0) ?? false) }
    }

    /// Takes a complete list, all at once, makes the store ready, and returns what is newly wrong.
    ///
    /// Objects that are not in it are removed, except those whose newest version is refused: their last good version
    /// stays.
    @discardableResult
    package func replace(_ objects: [Object], refused undecodable: [InvalidObject] = []) -> [Diagnostic] {
        var fresh = ObjectTable<Object>()
        var refused: [ObjectKey: InvalidObject] = [:]
        for entry in undecodable { refused[entry.key ?? ObjectKey(name: "")] = entry }
        for object in objects {
            let faults = validate(object)
            if faults.isEmpty {
                fresh.put(object)
            } else {
                refused[object.key] = InvalidObject(object, breaking: faults)
            }
        }
        let before = Set(store.diagnostics)
        let keeping = store.keeping
        let earlier = store.isReady ? [] : keeping?.earlier() ?? []
        let moment = keeping?.now
        store.write { state in
            var didChange = !state.isReady || state.refused != refused
            for object in earlier where !state.isReady && state.objects[object.key] == nil {
                _ = state.put(object, at: object.key)
            }
            for key in state.objects.map(\.key) where fresh[key] == nil && refused[key] == nil {
                if state.delete(key, moment, keeping) { didChange = true }
            }
            for object in fresh where state.take(object, moment, keeping) { didChange = true }
            for key in refused.keys where state.restore(key) { didChange = true }
            state.held?.keep { fresh[$0] != nil || refused[$0] != nil }
            state.readyTime = state.readyTime ?? moment?.elapsed
            state.isReady = true
            state.fault = nil
            if state.unread != nil {
                state.unread = nil
                state.markUnknown()
                didChange = true
            }
            state.refused = refused
            state.isNews = didChange
            return didChange
        }
        return store.diagnostics.filter { !before.contains($0) }
    }
}
