/// Encoded attributes, each set once, by small numbers that are given out and given back.
///
/// The octets of all sets lie in a few large blocks, one behind the other, so that a set costs little more than itself.
/// What is given back leaves a gap; when gaps are half of all, the blocks are written anew.
struct AttributePool: Sendable {
    /// Octets of a block, twice what the longest set can have.
    private static let blockSize = 128 << 10
    /// With no more places than that it is no use to give them back.
    private static let leastForgotten = 1024
    /// The first number of places in the index.
    private static let firstPlaces = 16

    /// How the octets of a set are to be read.
    enum Form: UInt8, Sendable {
        /// As they came from the peer.
        case received
        /// Encoded anew.
        case encoded
    }

    /// What is known of a set.
    private struct Entry {
        var block: UInt32
        var offset: UInt32
        var hash: UInt32
        /// 0 when its number is free.
        var users: UInt32
        var length: UInt16
        var form: Form
    }

    private var blocks: [[UInt8]] = []
    /// By number less one.
    private var entries: [Entry] = []
    private var free: [UInt32] = []
    /// Numbers by hash, 0 where there is none; open addressing with linear probing.
    private var index: [UInt32] = []
    private var gaps = 0
    private var used = 0
    private let seed: UInt64

    /// How many different sets there are.
    private(set) var count = 0

    init(seed: UInt64) {
        self.seed = seed
    }

    /// The memory of the sets, in octets: their own, and what their places and the index take.
    var octets: Int {
        let stored = blocks.count > 1 ? blocks.count * Self.blockSize : used + gaps
        return stored + entries.capacity * MemoryLayout<Entry>.stride + free.capacity * 4 + index.count * 4
    }

    /// The number of a set of at most 65,535 octets, 1 or more, counted as used once more.
    ///
    /// `nil` when it is a new set with which all would take more than `most` octets.
    mutating func number(of set: UnsafeRawBufferPointer, _ form: Form, within most: Int = .max) -> UInt32? {
        let hash = hash(of: set)
        if !index.isEmpty {
            let slot = slot(of: set, form, hash)
            if index[slot] != 0 {
                entries[Int(index[slot]) - 1].users &+= 1
                return index[slot]
            }
        }
        guard octets + growth(for: set.count) <= most else { return nil }
        if mustGrowIndex { growIndex() }
        let slot = slot(of: set, form, hash)
        let (block, offset) = append(set)
        let entry = Entry(
            block: block,
            offset: offset,
            hash: hash,
            users: 1,
            length: UInt16(clamping: set.count),
            form: form
        )
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
            entries[Int(number) - 1] = entry
        } else {
            entries.append(entry)
            number = UInt32(clamping: entries.count)
        }
        index[slot] = number
        used += set.count
        count += 1
        return number
    }

    /// Counts a set that is there as used so many times more.
    mutating func use(_ number: UInt32, times: Int) {
        let place = Int(number) - 1
        guard entries.indices.contains(place), entries[place].users > 0 else { return }
        entries[place].users &+= UInt32(clamping: times)
    }

    /// Gives back one use; what nobody uses is forgotten.
    mutating func release(_ number: UInt32) {
        let place = Int(number) - 1
        guard entries.indices.contains(place), entries[place].users > 0 else { return }
        entries[place].users -= 1
        guard entries[place].users == 0 else { return }
        removeFromIndex(number)
        used -= Int(entries[place].length)
        gaps += Int(entries[place].length)
        count -= 1
        if count == 0, entries.count > Self.leastForgotten {
            // The numbers may start anew, and the places of very many sets are given back.
            self = AttributePool(seed: seed)
            return
        }
        free.append(number)
        if gaps > Self.blockSize / 8, gaps > used { compact() }
    }

    /// The set with a number; `nil` when there is none.
    func set(_ number: UInt32) -> (octets: [UInt8], form: Form)? {
        let place = Int(number) - 1
        guard entries.indices.contains(place), entries[place].users > 0 else { return nil }
        return (Self.withSet(entries[place], in: blocks) { Array($0) }, entries[place].form)
    }

    private static func withSet<Result>(
        _ entry: Entry,
        in blocks: [[UInt8]],
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let range = Int(entry.offset)..<Int(entry.offset) + Int(entry.length)
        return blocks[Int(entry.block)].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Where a set's number is in the index, or the free place where it belongs; the index must not be empty.
    private func slot(of set: UnsafeRawBufferPointer, _ form: Form, _ hash: UInt32) -> Int {
        var slot = Int(hash) & (index.count - 1)
        while index[slot] != 0 {
            let place = Int(index[slot]) - 1
            if entries[place].hash == hash, entries[place].form == form, isEqual(place, set) { break }
            slot = (slot + 1) & (index.count - 1)
        }
        return slot
    }

    /// How many octets more a further set of so many octets takes at most.
    private func growth(for length: Int) -> Int {
        var growth = blocks.count > 1 ? 0 : length
        if let last = blocks.last, last.count + length > Self.blockSize {
            growth = Self.blockSize * (blocks.count > 1 ? 1 : 2)
        }
        if free.isEmpty, entries.count == entries.capacity {
            growth += max(entries.capacity, Self.firstPlaces) * MemoryLayout<Entry>.stride
        }
        if mustGrowIndex { growth += max(index.count, Self.firstPlaces) * 4 }
        return growth
    }

    private var mustGrowIndex: Bool { (count + 1) * 4 > index.count * 3 }

    private func isEqual(_ place: Int, _ set: UnsafeRawBufferPointer) -> Bool {
        Int(entries[place].length) == set.count && Self.withSet(entries[place], in: blocks) { $0.elementsEqual(set) }
    }

    /// Writes a set behind all others and says where.
    private mutating func append(_ set: UnsafeRawBufferPointer) -> (block: UInt32, offset: UInt32) {
        if (blocks.last?.count ?? Self.blockSize) + set.count > Self.blockSize {
            var block: [UInt8] = []
            // The first stays as small as it may be, since most peers tell little.
            if !blocks.isEmpty { block.reserveCapacity(Self.blockSize) }
            blocks.append(block)
        }
        let last = blocks.count - 1
        let start = blocks[last].count
        blocks[last].append(contentsOf: set)
        return (UInt32(last), UInt32(start))
    }

    private mutating func compact() {
        let old = blocks
        blocks = []
        gaps = 0
        for place in entries.indices where entries[place].users > 0 {
            let (block, offset) = Self.withSet(entries[place], in: old) { append($0) }
            entries[place].block = block
            entries[place].offset = offset
        }
    }

    private mutating func growIndex() {
        index = Array(repeating: 0, count: max(Self.firstPlaces, index.count * 2))
        for place in entries.indices where entries[place].users > 0 {
            var slot = Int(entries[place].hash) & (index.count - 1)
            while index[slot] != 0 { slot = (slot + 1) & (index.count - 1) }
            index[slot] = UInt32(place + 1)
        }
    }

    /// Shifts back what follows, so that there are no graves.
    private mutating func removeFromIndex(_ number: UInt32) {
        let mask = index.count - 1
        var hole = Int(entries[Int(number) - 1].hash) & mask
        while index[hole] != number { hole = (hole + 1) & mask }
        var next = (hole + 1) & mask
        while index[next] != 0 {
            let home = Int(entries[Int(index[next]) - 1].hash) & mask
            if (next - home) & mask >= (next - hole) & mask {
                index[hole] = index[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        index[hole] = 0
    }

    /// Folded products of eight octets at a time, from a seed that a peer does not know, so that it cannot aim at it.
    private func hash(of set: UnsafeRawBufferPointer) -> UInt32 {
        var state = seed ^ UInt64(truncatingIfNeeded: set.count)
        var offset = 0
        while offset < set.count {
            var word: UInt64 = 0
            if set.count - offset >= 8 {
                word = set.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                for octet in set[offset...] { word = word << 8 | UInt64(octet) }
            }
            let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ seed)
            state = product.high ^ product.low
            offset += 8
        }
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }
}
