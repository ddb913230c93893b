/// What this process has written of one kind, until the watch has brought it.
///
/// Without it the next decision would be taken on what an object was before the write, and write the same again. The one rule
/// of operator and speaker: what was written counts as long as the watch has brought no more than the version that it was
/// written on, or one that is known to be older than the answer, as those between several writes are. It ends with another
/// object of the name, and with a restore of the server's data, after which versions say nothing.
package struct PendingWrites<Object: KubeObject>: Sendable {
    private struct Write: Sendable {
        /// The version that the first of several writes was decided on.
        let basis: String?
        /// What is on the server since.
        let object: Object
        let epoch: Int
    }

    /// What is under way, with what it was decided on.
    private var started: [ObjectKey: (present: Object, wanted: Object)] = [:]
    private var answered: [ObjectKey: Write] = [:]
    private var epoch = 0

    package init() {}

    /// Takes how often the server's data may have been replaced by older ones: versions are compared only within an epoch.
    package mutating func enter(epoch: Int) { self.epoch = epoch }

    /// Notes that `wanted` is about to be written, which was decided on `present`.
    package mutating func start(_ wanted: Object, over present: Object) { started[present.key] = (present, wanted) }

    /// Takes the metadata that the server gave to what was written, nil when it was not taken; returns both objects.
    @discardableResult
    package mutating func answer(_ metadata: ObjectMeta?, at key: ObjectKey) -> (present: Object, written: Object)? {
        guard let write = started.removeValue(forKey: key), let metadata else { return nil }
        var object = write.wanted
        object.metadata.resourceVersion = metadata.resourceVersion
        object.metadata.generation = metadata.generation
        let before = answered[key]
        let isFurther = before?.object.metadata.resourceVersion == write.present.metadata.resourceVersion
        let basis = isFurther ? before?.basis : write.present.metadata.resourceVersion
        answered[key] = Write(basis: basis, object: object, epoch: epoch)
        return (write.present, object)
    }

    /// The newest known version of an object that the watch has brought.
    package func newest(_ object: Object) -> Object {
        guard let write = answered[object.key], isAhead(write, of: object) else { return object }
        return write.object
    }

    /// The newest known versions of all objects of the kind that the watch has brought; what it has overtaken is forgotten.
    package mutating func newest(_ objects: [Object]) -> [Object] {
        guard !answered.isEmpty else { return objects }
        var kept: [ObjectKey: Write] = [:]
        let newest = objects.map { object -> Object in
            guard let write = answered[object.key], isAhead(write, of: object) else { return object }
            kept[object.key] = write
            return write.object
        }
        answered = kept
        return newest
    }

    /// Takes what the watch has brought, nil when the object is gone; returns whether that is news: neither what was written
    /// nor older.
    package mutating func take(_ object: Object?, at key: ObjectKey) -> Bool {
        guard let write = answered[key] else { return true }
        if let object, isAhead(write, of: object) { return false }
        answered[key] = nil
        return object != write.object
    }

    private func isAhead(_ write: Write, of object: Object) -> Bool {
        guard write.epoch == epoch, let version = object.metadata.resourceVersion,
            write.object.metadata.uid == object.metadata.uid
        else { return false }
        if version == write.basis { return true }
        guard let answered = write.object.metadata.resourceVersion else { return false }
        return ResourceVersion.isOlder(version, than: answered)
    }
}
