import FoundationEssentials
package import KubeModel
import PlainText
import Signals

extension ResourceStore {
    /// What is deleted and still counts, in the order of names; the snapshot has it as it was.
    package var deletions: [PendingDeletion] {
        guard let wait = keeping?.patience.wait else { return [] }
        let entries = look { $0.held?.entries ?? [:] }
        return entries.sorted { $0.key < $1.key }.map { key, entry in
            PendingDeletion(Self.reference(key), until: entry.seen + wait, isOverdue: entry.isOverdue)
        }
    }

    /// Whether an object is deleted and still counts.
    package func isDeleted(_ key: ObjectKey) -> Bool { look { $0.held?.entries[key] != nil } }

    /// What is left of the time in which an object that the first list did not have may come back after all, since it was deleted
    /// shortly before; nil when that time is over.
    package var restOfPatience: Duration? {
        guard let keeping else { return nil }
        guard let ready = look(\.readyTime) else { return keeping.patience.wait }
        let rest = ready + keeping.patience.wait - keeping.now.elapsed
        return rest > .zero ? rest : nil
    }

    /// How often the server turned out to have another past than the one that was followed: what it answered before says
    /// nothing of the versions that it tells now.
    package var epoch: Int { look(\.epoch) }

    /// How long until something is to be done about deletions; nil when nothing waits.
    var nextDeletion: Duration? {
        guard let keeping, let next = look({ $0.held?.next }) else { return nil }
        return max(.zero, next - keeping.now.elapsed)
    }

    /// Does what is due about deletions.
    func passDeletions() {
        guard let keeping else { return }
        let now = keeping.now.elapsed
        write { state in
            guard var held = state.held else { return false }
            let (ended, isChanged) = held.pass(at: now)
            state.held = held
            for key in ended {
                _ = state.remove(key)
                state.news.append(.carriedOut(Self.reference(key)))
            }
            return isChanged || !ended.isEmpty
        }
        if look({ $0.held?.entries.isEmpty == false }) { keeping.changes.notify() }
    }

    /// What the log has not been told yet.
    func takeDeletionNews() -> [DeletionNews] {
        look { state in
            defer { state.news = [] }
            return state.news
        }
    }

    static func reference(_ key: ObjectKey) -> ObjectReference {
        ObjectReference(kind: Object.type.kind, namespace: key.namespace, name: key.name)
    }
}

extension ResourceStore.State {
    /// Takes an object as the server has it; one that is being deleted there stays as it was, for as long as it still counts.
    mutating func take(
        _ object: Object,
        _ moment: DeletionKeeping<Object>.Moment?,
        _ keeping: DeletionKeeping<Object>?
    ) -> Bool {
        guard let moment, let keeping, held != nil else { return put(object, at: object.key) }
        guard let deleted = object.metadata.deletionTimestamp else {
            let hadWaited = restore(object.key)
            return put(object, at: object.key) || hadWaited
        }
        let key = object.key
        guard held?.isOver(key) == false else { return false }
        if let known = objects[key] {
            if keeping.isFinal(object) { return end(key, isGone: false) }
            return wait(known, isGone: false, at: moment.elapsed, moment, keeping)
        }
        // Seen for the first time: what is left of its time counts, and no time is left of what came and went unseen.
        let age = Duration.seconds(moment.seen.seconds(since: deleted))
        guard !isReady, age < keeping.patience.wait, !keeping.isFinal(object) else {
            held?.giveUp(key, isGone: false)
            return false
        }
        var object = object
        object.metadata.deletionTimestamp = nil
        _ = put(object, at: key)
        return wait(object, isGone: false, at: moment.elapsed - max(.zero, age), moment, keeping)
    }

    /// Takes that the server has an object no longer.
    mutating func delete(
        _ key: ObjectKey,
        _ moment: DeletionKeeping<Object>.Moment?,
        _ keeping: DeletionKeeping<Object>?
    ) -> Bool {
        guard let moment, let keeping, let object = objects[key], !keeping.isFinal(object) else {
            return end(key, isGone: true)
        }
        let hadProblem = refused.removeValue(forKey: key) != nil
        return wait(object, isGone: true, at: moment.elapsed, moment, keeping) || hadProblem
    }

    /// Takes that an object is there again; returns whether it had waited.
    mutating func restore(_ key: ObjectKey) -> Bool {
        guard held?.end(key) == true else { return false }
        news.append(.replaced(ResourceStore<Object>.reference(key)))
        return true
    }

    private mutating func end(_ key: ObjectKey, isGone: Bool) -> Bool {
        held?.giveUp(key, isGone: isGone)
        return remove(key)
    }

    private mutating func wait(
        _ object: Object,
        isGone: Bool,
        at since: Duration,
        _ moment: DeletionKeeping<Object>.Moment,
        _ keeping: DeletionKeeping<Object>
    ) -> Bool {
        let key = object.key
        let seen = moment.seen + (since - moment.elapsed)
        guard held?.begin(key, isGone: isGone, at: since, seen: seen) == true else { return false }
        let reference = ResourceStore<Object>.reference(key)
        news.append(
            .waits(PendingDeletion(reference, until: seen + keeping.patience.wait, isOverdue: false))
        )
        return true
    }
}

extension Timestamp {
    /// The time that much later.
    fileprivate static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(secondsSinceEpoch: time.secondsSinceEpoch + duration / .seconds(1))
    }
}
