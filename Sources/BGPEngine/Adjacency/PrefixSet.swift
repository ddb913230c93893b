package import BGPTypes

/// An ordered set of prefixes of one family, kept as they are on the wire.
///
/// Six octets or so hold an IPv4 host route, and sending the set is copying it. Sets that came one from another share
/// their chunks, so a set with one prefix more costs one chunk, and comparing the two skips all the others.
package struct PrefixSet: Sendable {
    /// The IP version of all of them.
    package let family: IPFamily
    /// The prefixes, in order.
    let chunks: [PrefixChunk]
    /// How many there are.
    package let count: Int

    init(family: IPFamily, chunks: [PrefixChunk]) {
        self.family = family
        self.chunks = chunks
        count = chunks.reduce(0) { $0 + $1.count }
    }

    /// The set without prefixes.
    package init(_ family: IPFamily) {
        self.init(family: family, chunks: [])
    }

    /// Prefixes in any order; repetitions count once, and those of the other family not at all.
    package init(_ prefixes: some Sequence<IPPrefix>, family: IPFamily) {
        let keys = prefixes.lazy.filter { $0.family == family }.map(PrefixKey.init)
            .reduce(into: [PrefixKey]()) { $0.append($1) }
        self.init(unsorted: keys, family: family)
    }

    /// Prefixes of the family in ascending order, each once.
    package init(ascending prefixes: some Sequence<IPPrefix>, family: IPFamily) {
        var builder = PrefixSetBuilder()
        for prefix in prefixes { builder.append(PrefixKey(prefix)) }
        self.init(family: family, chunks: builder.finish())
    }

    /// Keys in any order, quickest in their own; repetitions count once.
    init(unsorted keys: [PrefixKey], family: IPFamily) {
        var isSorted = true
        for index in keys.indices.dropFirst() where keys[index] < keys[index - 1] {
            isSorted = false
            break
        }
        self.init(sorted: isSorted ? keys : keys.sorted(), family: family)
    }

    /// Keys in ascending order; repetitions count once.
    init(sorted keys: some Sequence<PrefixKey>, family: IPFamily) {
        var builder = PrefixSetBuilder()
        var previous: PrefixKey?
        for key in keys where key != previous {
            builder.append(key)
            previous = key
        }
        self.init(family: family, chunks: builder.finish())
    }

    /// Whether there are none.
    package var isEmpty: Bool { chunks.isEmpty }

    /// The least key.
    var first: PrefixKey? { chunks.first?.first }

    /// Whether the prefix is in the set.
    package func contains(_ prefix: IPPrefix) -> Bool {
        prefix.family == family && contains(PrefixKey(prefix))
    }

    func contains(_ key: PrefixKey) -> Bool {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].last < key { low = middle + 1 } else { high = middle }
        }
        guard low < chunks.count, chunks[low].first <= key else { return false }
        var cursor = PrefixCursor(chunks: chunks, chunk: low)
        while let found = cursor.key, cursor.chunk == low {
            if found >= key { return found == key }
            cursor.advance()
        }
        return false
    }

    /// The octets of all prefixes on the wire.
    package var wireLength: Int { chunks.reduce(0) { $0 + $1.bytes.count } }
}

extension PrefixSet: Sequence {
    /// Goes through the prefixes in order.
    package struct Iterator: IteratorProtocol {
        private var cursor: PrefixCursor
        private let family: IPFamily

        init(_ set: PrefixSet) {
            cursor = PrefixCursor(chunks: set.chunks)
            family = set.family
        }

        package mutating func next() -> IPPrefix? {
            guard let key = cursor.key else { return nil }
            cursor.advance()
            return key.prefix(family)
        }
    }

    /// Starts at the least prefix.
    package func makeIterator() -> Iterator {
        Iterator(self)
    }

    /// The exact number.
    package var underestimatedCount: Int { count }
}

extension PrefixSet: Equatable {
    /// Whether both hold the same prefixes, however they are cut into chunks.
    package static func == (left: PrefixSet, right: PrefixSet) -> Bool {
        left.family == right.family && left.count == right.count && left.subtracting(right).isEmpty
    }
}
