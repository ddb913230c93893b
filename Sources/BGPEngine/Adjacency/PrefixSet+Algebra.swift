extension PrefixSet {
    /// All prefixes of both.
    package func union(_ other: PrefixSet) -> PrefixSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return combined(with: other, left: true, both: true, right: true)
    }

    /// The prefixes that the other does not have.
    package func subtracting(_ other: PrefixSet) -> PrefixSet {
        if isEmpty || other.isEmpty { return self }
        let (front, back) = sharedEnds(with: other)
        return dropping(front, back).combined(with: other.dropping(front, back), left: true, both: false, right: false)
    }

    /// The prefixes that both have.
    package func intersection(_ other: PrefixSet) -> PrefixSet {
        if isEmpty { return self }
        if other.isEmpty { return other }
        return combined(with: other, left: false, both: true, right: false)
    }

    /// The prefixes that are here and not in `old`, and those that are in `old` alone, both found in one walk.
    func difference(from old: PrefixSet) -> (added: PrefixSet, removed: PrefixSet) {
        let (front, back) = sharedEnds(with: old)
        let (mine, theirs) = (dropping(front, back), old.dropping(front, back))
        if theirs.isEmpty || mine.isEmpty { return (mine, theirs) }
        var (added, removed) = (PrefixSetBuilder(), PrefixSetBuilder())
        var (new, before) = (PrefixCursor(chunks: mine.chunks), PrefixCursor(chunks: theirs.chunks))
        while let key = new.key, let oldKey = before.key {
            if key == oldKey {
                if let chunk = new.wholeChunk, let oldChunk = before.wholeChunk, chunk.holdsSame(as: oldChunk) {
                    new.advanceChunk()
                    before.advanceChunk()
                } else {
                    new.advance()
                    before.advance()
                }
            } else if key < oldKey {
                new.pass(before: oldKey, to: &added)
            } else {
                before.pass(before: key, to: &removed)
            }
        }
        added.appendRest(of: &new)
        removed.appendRest(of: &before)
        return (
            PrefixSet(family: family, chunks: added.finish()), PrefixSet(family: family, chunks: removed.finish())
        )
    }

    /// How many chunks the two share at their beginnings, and behind those at their ends.
    private func sharedEnds(with other: PrefixSet) -> (front: Int, back: Int) {
        chunks.withUnsafeBufferPointer { mine in
            other.chunks.withUnsafeBufferPointer { theirs in
                let shorter = Swift.min(mine.count, theirs.count)
                if mine.baseAddress == theirs.baseAddress { return (shorter, 0) }
                var front = 0
                while front < shorter, mine[front] === theirs[front] { front += 1 }
                var back = 0
                while back < shorter - front, mine[mine.count - 1 - back] === theirs[theirs.count - 1 - back] {
                    back += 1
                }
                return (front, back)
            }
        }
    }

    /// The set without so many chunks at its beginning and end.
    private func dropping(_ front: Int, _ back: Int) -> PrefixSet {
        front + back == 0 ? self : PrefixSet(family: family, chunks: Array(chunks[front..<chunks.count - back]))
    }

    /// Walks over both in step, and lets whole chunks pass where the other has nothing or the very same.
    private func combined(with other: PrefixSet, left: Bool, both: Bool, right: Bool) -> PrefixSet {
        var builder = PrefixSetBuilder()
        var mine = PrefixCursor(chunks: chunks)
        var theirs = PrefixCursor(chunks: other.chunks)
        while true {
            guard let key = mine.key else {
                if right { builder.appendRest(of: &theirs) }
                break
            }
            guard let otherKey = theirs.key else {
                if left { builder.appendRest(of: &mine) }
                break
            }
            if let chunk = mine.wholeChunk {
                if chunk.last < otherKey {
                    if left { builder.append(chunk) }
                    mine.advanceChunk()
                    continue
                }
                if let otherChunk = theirs.wholeChunk, chunk.holdsSame(as: otherChunk) {
                    if both { builder.append(chunk) }
                    mine.advanceChunk()
                    theirs.advanceChunk()
                    continue
                }
            }
            if let chunk = theirs.wholeChunk, chunk.last < key {
                if right { builder.append(chunk) }
                theirs.advanceChunk()
                continue
            }
            if key == otherKey {
                if both { builder.append(key) }
                mine.advance()
                theirs.advance()
            } else if key < otherKey {
                if left { builder.append(key) }
                mine.advance()
            } else {
                if right { builder.append(otherKey) }
                theirs.advance()
            }
        }
        return PrefixSet(family: family, chunks: builder.finish())
    }
}

extension PrefixCursor {
    /// Passes the chunk that lies before a key, or one prefix, and puts it into a set.
    fileprivate mutating func pass(before key: PrefixKey, to builder: inout PrefixSetBuilder) {
        if let chunk = wholeChunk, chunk.last < key {
            builder.append(chunk)
            advanceChunk()
        } else if let own = self.key {
            builder.append(own)
            advance()
        }
    }
}

extension PrefixSetBuilder {
    fileprivate mutating func appendRest(of cursor: inout PrefixCursor) {
        while let key = cursor.key {
            if let chunk = cursor.wholeChunk {
                append(chunk)
                cursor.advanceChunk()
            } else {
                append(key)
                cursor.advance()
            }
        }
    }
}
