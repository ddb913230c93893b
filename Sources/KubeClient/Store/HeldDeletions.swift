package import KubeModel
package import PlainText

/// Which objects of one kind are deleted and still count, since one of the same name may come in their place.
///
/// Whoever replaces an object (`kubectl replace --force`, Argo CD with `Replace=true`, Flux with `force`) deletes it and makes it
/// anew, and in between nothing that it asked for has a reason to end. A value: what happens is told to it with the time since
/// some beginning, and it says when it wants to be asked again and what is over then.
package struct HeldDeletions: Hashable, Sendable {
    /// A deletion that waits.
    package struct Entry: Hashable, Sendable {
        /// When it was seen.
        package let since: Duration
        /// When it was seen by the clock on the wall, for people.
        package let seen: Timestamp
        /// Whether it has been away for longer than a replacement takes.
        package fileprivate(set) var isOverdue = false
        /// Whether the server has it no longer; until then finalizers keep it there.
        fileprivate var isGone: Bool
    }

    /// How long a deleted object counts.
    package let wait: Duration
    /// How long nobody is told, since most come back by then.
    package let quiet: Duration
    /// What waits, by name.
    package private(set) var entries: [ObjectKey: Entry] = [:]
    /// What ended while finalizers keep the object on the server.
    private var over: Set<ObjectKey> = []

    /// Nothing is deleted.
    package init(wait: Duration, quiet: Duration) {
        self.wait = wait
        self.quiet = min(quiet, wait)
    }

    /// Takes that an object is gone or, not `isGone`, that it is going; returns whether it begins to wait.
    ///
    /// The time counts from the first of both. What has ended already does not wait again for being gone at last.
    package mutating func begin(_ key: ObjectKey, isGone: Bool, at now: Duration, seen: Timestamp) -> Bool {
        if over.contains(key) {
            if isGone { over.remove(key) }
            return false
        }
        guard entries[key] == nil else {
            if isGone { entries[key]?.isGone = true }
            return false
        }
        entries[key] = Entry(since: now, seen: seen, isGone: isGone)
        return true
    }

    /// Takes that an object is there; returns whether it had waited.
    package mutating func end(_ key: ObjectKey) -> Bool {
        over.remove(key)
        return entries.removeValue(forKey: key) != nil
    }

    /// Takes that an object ends at once, though finalizers may keep it on the server.
    package mutating func giveUp(_ key: ObjectKey, isGone: Bool) {
        entries[key] = nil
        if isGone { over.remove(key) } else { over.insert(key) }
    }

    /// Takes which objects a whole list has, so that of others nothing is remembered.
    package mutating func keep(_ isListed: (ObjectKey) -> Bool) { over = over.filter(isListed) }

    /// Whether an object has ended that finalizers keep on the server.
    package func isOver(_ key: ObjectKey) -> Bool { over.contains(key) }

    /// When something is to be done next; nil when nothing waits.
    package var next: Duration? {
        entries.values.map { $0.since + ($0.isOverdue ? wait : quiet) }.min()
    }

    /// Takes that time has passed; returns what ends, in order, and whether anything else is different.
    package mutating func pass(at now: Duration) -> (ended: [ObjectKey], isChanged: Bool) {
        var isChanged = false
        var ended: [ObjectKey] = []
        for (key, entry) in entries {
            if entry.since + wait <= now {
                ended.append(key)
            } else if !entry.isOverdue, entry.since + quiet <= now {
                entries[key]?.isOverdue = true
                isChanged = true
            }
        }
        for key in ended {
            let isGone = entries[key]?.isGone ?? true
            giveUp(key, isGone: isGone)
        }
        return (ended.sorted(), isChanged)
    }
}
