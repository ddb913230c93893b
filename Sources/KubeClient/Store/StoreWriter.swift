internal import HashTreeCollections
package import KubeModel

/// The one writer of a store.
package struct StoreWriter<Object: KubeObject>: Sendable {
    /// The store it writes to.
    package let store: ResourceStore<Object>

    /// Puts one object, new or changed.
    package func put(_ object: Object) {
        store.write { $0.put(object, at: object.key) }
    }

    /// Takes one object away.
    package func remove(_ key: ObjectKey) {
        store.write { $0.remove(key) }
    }

    /// Notes that the newest version of an object cannot be decoded; the last good one stays.
    package func reject(_ key: ObjectKey?, _ diagnostic: Diagnostic) {
        let key = key ?? ObjectKey(name: "")
        store.write { state in
            guard state.problems[key] != diagnostic else { return false }
            state.problems[key] = diagnostic
            return true
        }
    }

    /// Takes a complete list, all at once, and makes the store ready.
    ///
    /// Objects that are not in it are removed, except those whose newest version could not be decoded: their last good
    /// version stays.
    package func replace(_ objects: [Object], undecodable: [(key: ObjectKey?, diagnostic: Diagnostic)] = []) {
        var fresh: [ObjectKey: Object] = [:]
        for object in objects { fresh[object.key] = object }
        var problems: [ObjectKey: Diagnostic] = [:]
        for entry in undecodable { problems[entry.key ?? ObjectKey(name: "")] = entry.diagnostic }
        store.write { state in
            var didChange = !state.isReady || state.problems != problems
            state.isReady = true
            for key in state.objects.keys where fresh[key] == nil && problems[key] == nil {
                _ = state.remove(key)
                didChange = true
            }
            for (key, object) in fresh where state.put(object, at: key) { didChange = true }
            state.problems = problems
            return didChange
        }
    }
}
