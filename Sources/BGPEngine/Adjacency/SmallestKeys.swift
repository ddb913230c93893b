/// Keeps the least of many keys, so that a page of a large table costs a walk over it and no sorting of the whole.
struct SmallestKeys {
    private let limit: Int
    private var keys: [PrefixKey] = []
    /// No key from here on can be among the least.
    private var bound: PrefixKey?

    init(limit: Int) {
        self.limit = max(limit, 0)
    }

    /// Takes a key, unless enough lesser ones are there.
    mutating func insert(_ key: PrefixKey) {
        if let bound, key >= bound { return }
        keys.append(key)
        // Sorting now and then what is twice too much costs less than keeping order with every key.
        if keys.count / 2 > limit { trim() }
    }

    /// The least keys in order.
    func sorted() -> ArraySlice<PrefixKey> {
        keys.sorted().prefix(limit)
    }

    private mutating func trim() {
        keys.sort()
        bound = keys[limit]
        keys.removeSubrange(limit...)
    }
}
